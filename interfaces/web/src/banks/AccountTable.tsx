import { Link, useNavigate } from "@tanstack/react-router";
import { type Column, Table } from "../shared/ui/Table";
import { Day, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import type { Account } from "./queries";
import { Standing } from "./Standing";

/** How an account is told from others: its number, of which nobody sees more than the end. */
export const numberOf = (account: Account): string => account.iban ?? account.account_number ?? "";

export function useAccountColumns(): Column<Account>[] {
  const words = useWords("banks.accounts");
  return [
    {
      name: "holder",
      label: words("holder"),
      sortable: true,
      cell: (row) => (
        <Link to="/accounts/$id" params={{ id: String(row.id) }}>
          {row.holder}
        </Link>
      ),
    },
    { name: "iban", label: words("number"), cell: (row) => <span className="number">{numberOf(row)}</span> },
    { name: "currency", label: label("currency"), sortable: true, cell: (row) => row.currency },
    {
      name: "status",
      label: label("status"),
      sortable: true,
      cell: (row) =>
        row.duplicate_of ? <Status mood="wait">{words("duplicate")}</Status> : <Standing status={row.status} />,
    },
    {
      name: "payee_since",
      label: words("payeeSince"),
      sortable: true,
      cell: (row) => <Day on={row.payee_since ?? row.created_at} />,
    },
  ];
}

/** A few accounts, as those of one person. */
export function AccountTable({ rows }: { rows: Account[] }) {
  const words = useWords("banks.accounts");
  const go = useNavigate();
  return (
    <Table
      label={words("title")}
      rows={rows}
      columns={useAccountColumns().map((column) => ({ ...column, sortable: false }))}
      rowKey={(row) => row.uid}
      onOpen={(row) => void go({ to: "/accounts/$id", params: { id: String(row.id) } })}
      short
    />
  );
}
