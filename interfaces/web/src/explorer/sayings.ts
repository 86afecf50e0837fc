/** Filters, groups and measures in words. */

import { locale, useWords } from "../shared/words";
import { count, day, decimal, moment } from "../shared/words/format";
import { label } from "../shared/words/names";
import { type Collection, CURRENCY, type Field, fieldOf } from "./collections";
import { OF_LISTS, readItems } from "./operands";
import { type Filter, periodOf } from "./view";

const COMPARISONS = ["eq", "ne", "gt", "gte", "lt", "lte"] as const;
const OTHERS = ["between", "in", "nin", "contains", "starts_with"] as const;
const FUNCTIONS = ["sum", "avg", "min", "max", "count_distinct"] as const;
const PERIODS = ["day", "week", "month", "quarter", "year"] as const;

const either = new Intl.ListFormat(locale, { type: "disjunction" });
const monthOf = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });

type Words = ReturnType<typeof useWords<"explorer">>;

function among<T extends string>(all: readonly T[], name: string): T | undefined {
  return all.find((one) => one === name);
}

/** An operator as it stands between a field and a value. */
function operatorIn(words: Words, field: Field | undefined, operator: string): string {
  const comparison = among(COMPARISONS, operator);
  const other = among(OTHERS, operator);
  if (other) return words(`operators.${other}`);
  if (!comparison) return operator;
  const type = field?.type;
  const family = type === "date" || type === "timestamp" ? "time" : type === "text" ? "text" : "number";
  return words(`operators.${family}.${comparison}`);
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** One value of a filter or of a group, as people read it; as it is if it is none of its type. */
function valueIn(words: Words, field: Field | undefined, text: string): string {
  if (text === "") return words("empty");
  if (!field) return text;
  if (field.choices.includes(text)) return label(text);
  if (field.type === "decimal" && NUMBER.test(text)) return decimal(text);
  if (field.type === "integer" && NUMBER.test(text)) return decimal(text);
  if (field.type === "uuid") return text.slice(0, 8);
  const isTime = field.type === "date" || field.type === "timestamp";
  if (!isTime || Number.isNaN(Date.parse(text))) return text;
  return field.type === "date" ? day(text) : moment(text);
}

function filterIn(words: Words, collection: Collection, { field: name, operator, text }: Filter): string {
  const field = fieldOf(collection, name);
  if (operator === "is_null")
    return `${label(name)} ${words(text === "false" ? "operators.present" : "operators.missing")}`;
  const values = (OF_LISTS.includes(operator) ? readItems(text) : [text]).map((one) => valueIn(words, field, one));
  const [low = "", high] = values;
  const said = operator === "between" && high !== undefined ? words("between", { low, high }) : either.format(values);
  return `${label(name)} ${operatorIn(words, field, operator)} ${said}`;
}

function measureIn(words: Words, measure: string): string {
  if (measure === "count") return words("count");
  const [name = "", field = ""] = measure.split(":");
  const known = among(FUNCTIONS, name);
  return known ? words(`measure.${known}`, { field: label(field) }) : measure;
}

function groupIn(words: Words, group: string): string {
  const { field, period } = periodOf(group);
  const known = among(PERIODS, period ?? "");
  return known ? words(`period.${known}`, { field: label(field) }) : label(field);
}

/** The value of one group; a period is told by its first day. */
function groupValueIn(words: Words, collection: Collection, group: string, value: unknown): string {
  if (value === null || value === undefined) return words("operators.missing");
  const { field, period } = periodOf(group);
  const text = String(value);
  if (!period) {
    if (typeof value === "boolean") return value ? "✓" : "✗";
    return valueIn(words, fieldOf(collection, field), text);
  }
  const first = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (period === "year") return text.slice(0, 4);
  if (period === "month") return monthOf.format(first);
  if (period === "quarter") {
    return words("quarter", { number: String(Math.floor(first.getUTCMonth() / 3) + 1), year: text.slice(0, 4) });
  }
  return period === "week" ? words("week", { day: day(text) }) : day(text);
}

export type Sayings = ReturnType<typeof useSayings>;

/** How everything of the explorer is said in the reader's language. */
export function useSayings(collection: Collection) {
  const words = useWords("explorer");
  return {
    words,
    operator: (field: Field | undefined, operator: string) => operatorIn(words, field, operator),
    filter: (filter: Filter) => filterIn(words, collection, filter),
    measure: (measure: string) => measureIn(words, measure),
    group: (group: string) => (group === CURRENCY ? label(CURRENCY) : groupIn(words, group)),
    groupValue: (group: string, value: unknown) => groupValueIn(words, collection, group, value),
    measured: (value: unknown) =>
      typeof value === "number" ? count(value) : typeof value === "string" ? measuredText(value) : "–",
  };
}

function measuredText(value: string): string {
  if (NUMBER.test(value)) return decimal(value);
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return day(value);
  return /^\d{4}-\d{2}-\d{2}T/.test(value) ? moment(value) : value;
}
