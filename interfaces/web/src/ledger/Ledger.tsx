import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import type { Query } from "../shared/address";
import { Button } from "../shared/ui/Button";
import { DateInput } from "../shared/ui/dates";
import { entry } from "../shared/ui/Form";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { day, decimal } from "../shared/words/format";
import { isOf, useBookName } from "./books";
import "./ledger.css";
import { Months } from "./Months";
import { type Balance, balancesQuery, type Trial } from "./queries";

/** The balances of every book, now or when a day was over. */
export function Ledger() {
  const words = useWords("ledger");
  const search = useSearch({ strict: false }) as Query;
  const asOf = typeof search.as_of === "string" ? search.as_of : undefined;
  const balances = useQuery(balancesQuery(asOf));
  return (
    <Page
      title={words("title")}
      lead={asOf ? words("leadAsOf", { day: day(asOf) }) : words("lead")}
      actions={
        <Link to="/ledger/entries" className="button">
          {words("allEntries")}
        </Link>
      }
    >
      <AsOf asOf={asOf} />
      <Shown query={balances}>
        {({ data }) =>
          data.trial_balance.length ? (
            data.trial_balance.map((trial) => (
              <BookOf
                key={`${trial.bank_uid} ${trial.currency}`}
                trial={trial}
                rows={data.data.filter(isOf(trial))}
                asOf={data.as_of ?? undefined}
              />
            ))
          ) : (
            <Empty>{words(asOf ? "emptyAsOf" : "empty")}</Empty>
          )
        }
      </Shown>
    </Page>
  );
}

function AsOf({ asOf }: { asOf: string | undefined }) {
  const words = useWords("ledger");
  const navigate = useNavigate();
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const chosen = entry(new FormData(event.currentTarget), "as_of");
    void navigate({ to: "/ledger", search: (chosen ? { as_of: chosen } : {}) as never });
  }
  return (
    <form className="filters" onSubmit={onSubmit} key={asOf}>
      <DateInput name="as_of" label={words("asOf")} defaultValue={asOf?.slice(0, 10)} />
      <Button type="submit">{words("show")}</Button>
      {asOf && (
        <Link to="/ledger" className="button plain">
          {words("now")}
        </Link>
      )}
    </form>
  );
}

type BookProps = { trial: Trial; rows: Balance[]; asOf: string | undefined };

function BookOf({ trial, rows, asOf }: BookProps) {
  const words = useWords("ledger");
  const name = useBookName()(trial);
  const isEven = /^-?0(\.0+)?$/.test(trial.difference);
  const told = { difference: decimal(trial.difference), currency: trial.currency };
  return (
    <Section title={name}>
      <Table
        label={words("balances", { book: name })}
        rows={rows}
        columns={useColumns(trial, asOf)}
        rowKey={({ number }) => number}
        short
      />
      <p>
        <Status mood={isEven ? "good" : "bad"}>
          <span className="wraps">{words(isEven ? "trial" : "trialBad", told)}</span>
        </Status>
      </p>
      <Months book={trial} name={name} asOf={asOf} />
    </Section>
  );
}

function useColumns(trial: Trial, asOf: string | undefined): Column<Balance>[] {
  const words = useWords("ledger");
  const search = ({ account, bank_uid, currency }: Balance) =>
    ({ account, bank_uid, currency, ...(asOf && { "posted_at[lte]": asOf }) }) as never;
  return [
    {
      name: "account",
      label: words("account"),
      cell: (row) => (
        <Link to="/ledger/entries" search={search(row)}>
          {words(`accounts.${row.account}`)}
        </Link>
      ),
    },
    { name: "number", label: words("number"), cell: ({ number }) => <span className="number">{number}</span> },
    { name: "kind", label: words("kind"), cell: ({ kind }) => words(`kinds.${kind as "asset"}`) },
    {
      name: "debit",
      label: words("debit"),
      amount: true,
      cell: ({ debit }) => decimal(debit),
      total: decimal(trial.debit),
    },
    {
      name: "credit",
      label: words("credit"),
      amount: true,
      cell: ({ credit }) => decimal(credit),
      total: decimal(trial.credit),
    },
    {
      name: "balance",
      label: words("balance"),
      amount: true,
      cell: ({ balance, currency }) => (
        <strong>
          {decimal(balance)} <span className="quiet">{currency}</span>
        </strong>
      ),
      total: (
        <>
          {decimal(trial.difference)} <span className="quiet">{trial.currency}</span>
        </>
      ),
    },
  ];
}
