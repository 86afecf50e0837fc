/** Which collection the things of an event are in, by the first part of its name. */

const COLLECTIONS: Record<string, string> = {
  expense: "expenses",
  transaction: "transactions",
  reimbursement: "reimbursements",
  obligation: "obligations",
  payment: "payments",
  payment_batch: "payment-batches",
  payment_case: "payments/cases",
  import: "imports",
  reject: "rejects",
  proposal: "proposals",
  bank: "banks",
  bank_account: "accounts",
  bank_member: "members",
  bank_administrator: "administrators",
  exchange_rate: "exchange-rates",
  usage: "usages",
  usage_type: "usage-types",
  usage_goal: "usage-goals",
  customer: "customers",
  user: "users",
  service_account: "service-accounts",
};

export function collectionOf(name: string): string | undefined {
  return COLLECTIONS[name.split(".")[0] ?? ""];
}

/** How people call collections where that is not their name. */
const ALSO: Record<string, string> = {
  claims: "reimbursements",
  claim: "reimbursements",
  batches: "payment-batches",
  cases: "payments/cases",
  entries: "ledger/entries",
};

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const POSITION = /^[1-9]\d{0,17}$/;
const REFERENCE = /^\/?([a-z][a-z/-]*)\/([0-9]+|[0-9a-f-]{36})$/i;

export type Sought =
  | { kind: "event"; position: string }
  | { kind: "stream"; uuid: string }
  | { kind: "record"; path: string };

/** What a text that somebody typed or pasted may mean; undefined for nothing. */
export function sought(typed: string): Sought | undefined {
  const text = typed.trim().replace(/^.*\/app\//, "");
  if (POSITION.test(text)) return { kind: "event", position: text };
  if (UUID.test(text)) return { kind: "stream", uuid: text.toLowerCase() };
  const [, collection = "", id = ""] = REFERENCE.exec(text) ?? [];
  if (!id) return undefined;
  const name = collection.toLowerCase();
  if (name === "events" && POSITION.test(id)) return { kind: "event", position: id };
  return { kind: "record", path: `/${ALSO[name] ?? COLLECTIONS[name] ?? name}/${id.toLowerCase()}` };
}
