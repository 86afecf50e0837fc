/** A collection as the API describes one, for tests. */

import type { Collection, Field } from "./collections";

function field(name: string, type: Field["type"], more: Partial<Field> = {}): Field {
  const operators: Field["operators"] =
    type === "json" ? [] : ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "between"];
  const usual = { nullable: false, choices: [], groupable: false, measurable: false, money: false, sortable: true };
  return { name, type, description: name, operators, shown: true, ...usual, ...more };
}

export const payouts: Collection = {
  name: "payouts",
  noun: "payout",
  path: "/payouts",
  title: "payouts",
  key: "id",
  record: true,
  history: true,
  aggregates: true,
  facets: true,
  default_sort: "-id",
  hidden: "voided",
  bases: [],
  counted_by: null,
  fields: [
    field("id", "integer"),
    field("uid", "uuid"),
    field("status", "text", { choices: ["pending", "paid"], groupable: true }),
    field("purpose", "text", { nullable: true, groupable: true }),
    field("amount", "decimal", { money: true, measurable: true }),
    field("currency", "text", { groupable: true }),
    field("date", "date", { groupable: true }),
    field("paid_at", "timestamp", { groupable: true, nullable: true }),
    field("terms", "json", { nullable: true }),
    field("version", "integer", { shown: false }),
  ],
  groups: ["status", "purpose", "currency", "date", "date:month", "paid_at:day"],
  measures: ["count", "sum:amount", "avg:amount"],
};
