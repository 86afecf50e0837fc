/** Where collections belong, for the eye alone: one that nobody has placed stands under "more". */

import type { Collection } from "./collections";

const AREAS = {
  money: ["expenses", "transactions", "ledger-entries", "exchange-rates"],
  claims: ["reimbursements", "proposals", "delegations"],
  payments: ["payments", "obligations", "payments-cases", "payment-batches"],
  carbon: ["usages", "usage-types", "usage-goals"],
  people: ["banks", "members", "administrators", "accounts", "customers", "users", "service-accounts"],
  imports: ["imports", "rejects", "imports-profiles", "etl-runs", "etl-rejects"],
  operation: [
    "events",
    "security-events",
    "reactions",
    "letters",
    "mailbox-messages",
    "workflow-instances",
    "workflow-definitions",
  ],
  more: [] as string[],
} as const;

export type Area = keyof typeof AREAS;

/** The collections by their area; areas without any are left out. */
export function byArea(collections: Collection[]): [Area, Collection[]][] {
  const areas = Object.keys(AREAS) as Area[];
  const placeOf = ({ name }: Collection) => areas.find((area) => AREAS[area].some((one) => one === name)) ?? "more";
  return areas
    .map((area): [Area, Collection[]] => [area, collections.filter((one) => placeOf(one) === area)])
    .filter(([, those]) => those.length > 0);
}
