import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Explore } from "../shared/ui/Explore";
import { Choice } from "../shared/ui/Fields";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Money } from "../shared/ui/values";
import { useView } from "../shared/view";
import { locale, useWords } from "../shared/words";
import { count } from "../shared/words/format";
import "./operations.css";
import { monthsQuery, payersQuery, summaryQuery } from "./queries";

/** What the transactions of one user come to, on the whole and by month. */
export function Transactions() {
  const words = useWords("operations");
  const { one, change } = useView();
  const payers = useQuery(payersQuery);
  const mayImport = useMay("transactions:ingest");
  return (
    <Page
      title={words("transactions")}
      lead={words("transactionsLead")}
      actions={
        <Explore collection="transactions" button>
          {words("exploreAll")}
        </Explore>
      }
    >
      <Shown query={payers}>
        {({ data }) => {
          const users = [...new Set((data.data[0]?.values ?? []).map(({ value }) => String(value)))];
          const user = one("user_id") || users[0];
          if (!user)
            return (
              <Empty action={mayImport && <Link to="/imports/new">{words("importSome")}</Link>}>
                {words("noTransactions")}
              </Empty>
            );
          const all = users.includes(user) ? users : [user, ...users];
          return (
            <>
              <div className="filters">
                <Choice
                  name="user"
                  label={words("user")}
                  value={user}
                  options={all.map((value) => ({ value, label: words("userNumber", { number: value }) }))}
                  onChange={(value) => change({ user_id: value })}
                />
              </div>
              <OfUser key={user} user={Number(user)} />
            </>
          );
        }}
      </Shown>
    </Page>
  );
}

type Month = { month: string; currency: string; total_transactions: number; total_amount: string };

function OfUser({ user }: { user: number }) {
  const words = useWords("operations");
  const months = useQuery(monthsQuery(user));
  return (
    <Shown query={months}>
      {({ data }) => {
        const rows = data.data as Month[];
        const currencies = [...new Set(rows.map(({ currency }) => currency))];
        if (!rows.length) return <Empty>{words("noneOfUser")}</Empty>;
        return (
          <>
            <div className="columns">
              {currencies.map((currency) => (
                <Summary key={currency} user={user} currency={currency} />
              ))}
            </div>
            <Section
              title={words("months")}
              actions={
                <Explore collection="transactions" query={{ user_id: String(user) }}>
                  {words("exploreUser")}
                </Explore>
              }
            >
              <Months rows={rows} />
            </Section>
          </>
        );
      }}
    </Shown>
  );
}

function Summary({ user, currency }: { user: number; currency: string }) {
  const words = useWords("operations");
  const summary = useQuery(summaryQuery(user, currency));
  return (
    <Section title={words("summary", { currency })}>
      <Shown query={summary}>
        {({ data }) => (
          <dl className="facts card">
            <dt>{words("count")}</dt>
            <dd className="number">{count(data.total_transactions)}</dd>
            <dt>{words("total")}</dt>
            <dd>
              <Money amount={data.total_amount.toFixed(2)} currency={currency} />
            </dd>
            <dt>{words("average")}</dt>
            <dd>
              <Money amount={data.average_transaction_amount.toFixed(2)} currency={currency} />
            </dd>
          </dl>
        )}
      </Shown>
    </Section>
  );
}

const monthNames = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });

function Months({ rows }: { rows: Month[] }) {
  const words = useWords("operations");
  // Only bars round; the amounts beside them are exact.
  const most = Math.max(...rows.map(({ total_amount }) => Math.abs(Number(total_amount))), 1);
  const columns: Column<Month>[] = [
    { name: "month", label: words("month"), cell: ({ month }) => monthNames.format(new Date(month)) },
    { name: "count", label: words("count"), amount: true, cell: (row) => count(row.total_transactions) },
    {
      name: "total",
      label: words("total"),
      amount: true,
      cell: (row) => <Money amount={row.total_amount} currency={row.currency} />,
    },
    {
      name: "bar",
      label: words("compared"),
      cell: ({ total_amount }) => (
        <div className="bar" aria-hidden="true">
          <div style={{ width: `${(100 * Math.abs(Number(total_amount))) / most}%` }} />
        </div>
      ),
    },
  ];
  return (
    <div className="months">
      <Table
        label={words("months")}
        rows={rows}
        columns={columns}
        rowKey={({ month, currency }) => `${month} ${currency}`}
        short
      />
    </div>
  );
}
