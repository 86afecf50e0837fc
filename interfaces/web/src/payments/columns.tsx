import { Link } from "@tanstack/react-router";
import type { Column } from "../shared/ui/Table";
import { Moment, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { label } from "../shared/words/names";
import type { Payment } from "./queries";
import { State } from "./State";

/** The columns of payments wherever they stand in a list. */
export function usePaymentColumns(): Column<Payment>[] {
  const words = useWords("payments");
  return [
    {
      name: "creditor_name",
      label: words("payee"),
      sortable: true,
      cell: (row) => (
        <Link to="/payments/$id" params={{ id: String(row.id) }}>
          {row.creditor_name}
        </Link>
      ),
    },
    {
      name: "amount",
      label: label("amount"),
      amount: true,
      sortable: true,
      cell: (row) => <Money amount={row.amount} currency={row.currency} />,
    },
    { name: "status", label: label("status"), sortable: true, cell: (row) => <State status={row.status} /> },
    {
      name: "creditor_account",
      label: words("account"),
      cell: (row) => <span className="number">{row.creditor_account}</span>,
    },
    { name: "attempt", label: words("attempt"), amount: true, sortable: true, cell: (row) => count(row.attempt) },
    {
      name: "scheduled_at",
      label: words("scheduledAt"),
      sortable: true,
      cell: (row) => <Moment at={row.scheduled_at} />,
    },
    { name: "changed_at", label: words("changedAt"), sortable: true, cell: (row) => <Moment at={row.changed_at} /> },
  ];
}
