/** A link to the screen of a thing, by the name of its collection; the explorer has one for each that has no other. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

/** The collections whose records have a screen of their own, by the path of the API. */
const OWN: Record<string, string> = {
  expenses: "/expenses/",
  "ledger/entries": "/ledger/entries/",
  events: "/events/",
  reimbursements: "/claims/",
  payments: "/payments/",
  "payment-batches": "/batches/",
  "payments/cases": "/cases/",
  proposals: "/proposals/",
  imports: "/imports/",
  accounts: "/accounts/",
  users: "/users/",
  "service-accounts": "/machines/",
  "usage-types": "/usage-types/",
  reactions: "/reactions/",
};

export function Thing({ of, id, children }: { of: string; id: string | number; children: ReactNode }) {
  const to = OWN[of] ? `${OWN[of]}${id}` : `/explore/${of.replaceAll("/", "-")}/${id}`;
  return <Link to={to as never}>{children}</Link>;
}
