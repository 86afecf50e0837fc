import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { FormEvent } from "react";
import type { Query } from "../shared/address";
import { writeQuery } from "../shared/address";
import { beginOf, dayFrom, dayUntil, endOf } from "../shared/days";
import { Button } from "../shared/ui/Button";
import { DateInput } from "../shared/ui/dates";
import { Choice } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { Page } from "../shared/ui/Page";
import { Older } from "../shared/ui/Pager";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Moment, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { ACCOUNTS, OCCASIONS } from "./chart";
import "./ledger.css";
import { type Entry, entriesQuery } from "./queries";

/** The journal: all of it, or the entries of an account, an occasion, some days. */
export function EntriesPage() {
  const words = useWords("ledger");
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Query;
  const entries = useQuery(entriesQuery(search));
  const account = ACCOUNTS.find((one) => one === search.account);
  const columns = useColumnsOf(account);
  const { account: _, ...plain } = search;
  return (
    <Page
      title={account ? words("entriesOf", { account: words(`accounts.${account}`) }) : words("entries")}
      lead={words("entriesLead")}
      actions={
        <>
          <Link to="/ledger" className="button">
            {words("title")}
          </Link>
          <Link to={`/explore/ledger-entries${writeQuery(plain)}` as never} className="button">
            {words("explore")}
          </Link>
        </>
      }
    >
      <Filters search={search} />
      <Shown query={entries}>
        {({ rows, hasOlder }) =>
          rows.length ? (
            <>
              <Table
                label={words("entries")}
                rows={rows}
                columns={columns}
                rowKey={({ uid }) => uid}
                onOpen={({ id }) => void navigate({ to: "/ledger/entries/$id", params: { id: String(id) } })}
              />
              <Older
                label={words("entries")}
                search={search}
                member="id[lt]"
                oldest={hasOlder ? rows.at(-1)?.id : undefined}
              />
            </>
          ) : (
            <Empty>{words("noEntries")}</Empty>
          )
        }
      </Shown>
    </Page>
  );
}

function Filters({ search }: { search: Query }) {
  const words = useWords("ledger");
  const navigate = useNavigate();
  const now = (name: string) => (typeof search[name] === "string" ? search[name] : "");
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const { "id[lt]": _, "posted_at[lte]": __, ...rest } = search; // balances as of a moment lead here with it
    const chosen = {
      account: entry(form, "account"),
      occasion: entry(form, "occasion"),
      "posted_at[gte]": beginOf(entry(form, "from")) || undefined,
      "posted_at[lt]": endOf(entry(form, "until")) || undefined,
    };
    void navigate({ to: "/ledger/entries", search: { ...rest, ...chosen } as never });
  }
  return (
    <form className="filters" onSubmit={onSubmit} key={JSON.stringify(search)}>
      <Choice
        name="account"
        label={words("account")}
        options={ACCOUNTS.map((value) => ({ value, label: words(`accounts.${value}`) }))}
        defaultValue={now("account")}
        empty={words("anyAccount")}
      />
      <Choice
        name="occasion"
        label={words("occasion")}
        options={OCCASIONS.map((value) => ({ value, label: words(`occasions.${value}`) }))}
        defaultValue={now("occasion")}
        empty={words("anyOccasion")}
      />
      <DateInput name="from" label={words("from")} defaultValue={dayFrom(now("posted_at[gte]"))} />
      <DateInput
        name="until"
        label={words("until")}
        defaultValue={dayUntil(now("posted_at[lt]")) || dayFrom(now("posted_at[lte]"))}
      />
      <Button type="submit">{words("show")}</Button>
    </form>
  );
}

/** Of one account: what was debited or credited to it stands in a column of its side. */
function useColumnsOf(account: Entry["debit_account"] | undefined): Column<Entry>[] {
  const words = useWords("ledger");
  const money = ({ amount, currency }: Entry) => <Money amount={amount} currency={currency} />;
  const first: Column<Entry>[] = [
    {
      name: "id",
      label: words("occasion"),
      cell: ({ id, occasion }) => (
        <Link to="/ledger/entries/$id" params={{ id: String(id) }}>
          {words(`occasions.${occasion}`)}
        </Link>
      ),
    },
    { name: "posted_at", label: words("posted"), cell: ({ posted_at }) => <Moment at={posted_at} /> },
  ];
  const accounts: Column<Entry>[] = [
    { name: "debit_account", label: words("debit"), cell: (row) => words(`accounts.${row.debit_account}`) },
    { name: "credit_account", label: words("credit"), cell: (row) => words(`accounts.${row.credit_account}`) },
  ];
  if (!account) return [...first, ...accounts, { name: "amount", label: words("amount"), amount: true, cell: money }];
  const sides: Column<Entry>[] = (["debit", "credit"] as const).map((side) => ({
    name: side,
    label: words(side),
    amount: true,
    cell: (row) => (row[`${side}_account`] === account ? money(row) : null),
  }));
  const other: Column<Entry> = {
    name: "other",
    label: words("account"),
    cell: (row) => words(`accounts.${row.debit_account === account ? row.credit_account : row.debit_account}`),
  };
  return [...first, other, ...sides];
}
