import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type Query, writeQuery } from "../shared/address";
import { useMay } from "../shared/api/me";
import { Page } from "../shared/ui/Page";
import { Pager } from "../shared/ui/Pager";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Day, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import "./expenses.css";
import { Filters } from "./Filters";
import { type Expense, expensesQuery, filterOf } from "./queries";
import { Months, Totals } from "./Sums";

/** The expenses that fit the address, what they come to, and how that went by month. */
export function Expenses() {
  const words = useWords("expenses");
  const mayRecord = useMay("expenses:record");
  const search = useSearch({ strict: false }) as Query;
  return (
    <Page
      title={words("title")}
      lead={words("lead")}
      actions={
        <>
          <Link to={`/explore/expenses${writeQuery(filterOf(search))}` as never} className="button">
            {words("explore")}
          </Link>
          {mayRecord && (
            <Link to="/expenses/new" className="button main">
              {words("record")}
            </Link>
          )}
        </>
      }
    >
      <Filters search={search} />
      <Totals search={search} />
      <List search={search} />
      <Months search={search} />
    </Page>
  );
}

function List({ search }: { search: Query }) {
  const words = useWords("expenses");
  const navigate = useNavigate();
  const columns = useColumns();
  const list = useQuery(expensesQuery(search));
  const sort = typeof search.sort === "string" ? search.sort : "-date";
  const go = (change: Query) => void navigate({ to: "/expenses", search: { ...search, ...change } as never });
  return (
    <Shown query={list}>
      {({ data }) =>
        data.data.length ? (
          <>
            <Table
              label={words("title")}
              rows={data.data as Expense[]}
              columns={columns}
              rowKey={({ uid }) => uid}
              sort={sort}
              onSort={(next) => go({ sort: next, cursor: "" })}
              onOpen={({ id }) => void navigate({ to: "/expenses/$id", params: { id: String(id) } })}
            />
            <Pager label={words("title")} page={data.page} />
          </>
        ) : (
          <Empty>{words("empty")}</Empty>
        )
      }
    </Shown>
  );
}

function useColumns(): Column<Expense>[] {
  const words = useWords("expenses");
  return [
    {
      name: "member_name",
      label: words("member"),
      sortable: true,
      cell: ({ id, member_name }) => (
        <Link to="/expenses/$id" params={{ id: String(id) }}>
          {member_name}
        </Link>
      ),
    },
    { name: "project_name", label: words("project"), sortable: true, cell: ({ project_name }) => project_name },
    { name: "departments", label: words("department"), sortable: true, cell: ({ departments }) => departments },
    { name: "date", label: words("date"), sortable: true, cell: ({ date }) => <Day on={date} /> },
    {
      name: "amount",
      label: words("amount"),
      amount: true,
      sortable: true,
      cell: ({ amount, currency, standing }) => (
        <span className={standing === "voided" || standing === "reverted" ? "struck" : undefined}>
          <Money amount={amount} currency={currency} />
        </span>
      ),
    },
  ];
}
