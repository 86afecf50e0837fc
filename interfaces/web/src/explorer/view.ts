/** A view is the query of the API, in the address: what is changed in it here, the API is asked. */

import { changed, one, type Query } from "../shared/address";
import { type Collection, CURRENCY, fieldOf, hasMoney } from "./collections";

const GRAMMAR = ["fields", "sort", "order", "limit", "cursor", "count"];
const OF_GROUPS = ["by", "measures", "having", "totals", "fill", "tz"];
/** What belongs to one page of rows, or to the groups, and means nothing to the other. */
const OF_ROWS_ALONE = ["fields", "sort", "order", "limit", "cursor", "count"];
const OF_GROUPS_ALONE = [...OF_GROUPS, "sort", "order", "limit", "cursor"];
/** What says which part of the rows is shown, and not which rows. */
const OF_PAGES = ["limit", "cursor", "count"];

export type Filter = { field: string; operator: string; text: string };

export function names(query: Query, name: string): string[] {
  return (one(query, name) ?? "").split(",").filter(Boolean);
}

/** The parameters of the grammar itself; whatever else is in a query is a filter. */
function isOwn(collection: Collection, name: string): boolean {
  if (name === "include") return collection.hidden !== null;
  if (name === "basis") return collection.bases.length > 0;
  return GRAMMAR.includes(name) || OF_GROUPS.includes(name);
}

export function readFilters(collection: Collection, query: Query): Filter[] {
  return Object.entries(query)
    .filter(([name]) => !isOwn(collection, name))
    .flatMap(([name, value]) => {
      const [, field = name, operator = "eq"] = /^([^[\]]+)(?:\[([^[\]]*)\])?$/.exec(name) ?? [];
      return (Array.isArray(value) ? value : [value]).map((text) => ({ field, operator, text }));
    });
}

/** The query with these filters instead of its own, from the first page on. */
export function withFilters(collection: Collection, query: Query, filters: Filter[]): Query {
  const next: Query = {};
  for (const filter of filters) {
    const name = parameterOf(filter);
    // Nothing would vanish from an address; a list with one empty text says the same.
    const [called, text] =
      filter.text === "" && filter.operator === "eq" ? [`${filter.field}[in]`, '""'] : [name, filter.text];
    const before = next[called];
    next[called] = before === undefined ? text : [...(Array.isArray(before) ? before : [before]), text];
  }
  for (const [name, value] of Object.entries(query)) if (isOwn(collection, name)) next[name] = value;
  return without(next, ["cursor"]);
}

export function parameterOf({ field, operator }: Filter): string {
  return operator === "eq" ? field : `${field}[${operator}]`;
}

function without(query: Query, dropped: string[]): Query {
  return Object.fromEntries(Object.entries(query).filter(([name]) => !dropped.includes(name)));
}

export const toRows = (query: Query): Query => without(query, OF_GROUPS_ALONE);

/** The same rows in groups, counted and summed: by what pages are counted by, or the first field of words. */
export function toGroups(collection: Collection, query: Query): Query {
  const others = collection.groups.filter((name) => name !== CURRENCY);
  const ofWords = others.find((name) => fieldOf(collection, name)?.type === "text");
  const by = collection.counted_by ?? ofWords ?? others[0] ?? CURRENCY;
  const sum = collection.measures.find((name) => name.startsWith("sum:"));
  return { ...without(query, OF_ROWS_ALONE), by, measures: [sum, "count"].filter(Boolean).join(","), totals: "true" };
}

/** Grouped otherwise; an order by what is asked for no more goes, and periods of times are those of a zone. */
export function grouped(collection: Collection, query: Query, by: string[], measures: string[], zone: string): Query {
  const isZoned = by.some(
    (name) => name.includes(":") && fieldOf(collection, periodOf(name).field)?.type === "timestamp",
  );
  const known = [...by, ...measures, CURRENCY];
  const sort = names(query, "sort").filter((term) => known.includes(term.replace(/^-/, "")));
  return changed(query, {
    by: by.join(","),
    measures: measures.join(","),
    sort: sort.join(","),
    totals: "true",
    fill: undefined,
    tz: isZoned ? (one(query, "tz") ?? zone) : undefined,
  });
}

export function periodOf(group: string): { field: string; period: string | undefined } {
  const [field = group, period] = group.split(":");
  return { field, period };
}

/** What the API is asked for these rows: the query, and the currency of amounts that are to be shown. */
export function asked(collection: Collection, query: Query): Query {
  const fields = names(query, "fields");
  const needsCurrency = hasMoney(collection) && fields.some((name) => fieldOf(collection, name)?.money);
  return needsCurrency && !fields.includes(CURRENCY) ? { ...query, fields: [...fields, CURRENCY].join(",") } : query;
}

/** The same without what only says which page of it is shown: all of it, for a file. */
export const whole = (query: Query): Query => without(query, OF_PAGES);

/** What narrows the rows, and nothing else. */
export function narrowed(collection: Collection, query: Query): Query {
  const kept = Object.entries(query).filter(
    ([name]) => !isOwn(collection, name) || ["include", "basis"].includes(name),
  );
  return Object.fromEntries(kept);
}

const COLUMNS_MAX = 12;

/** The fields that stand in the table: those asked for; else the first ones that say something to people. */
export function columnsOf(collection: Collection, query: Query): string[] {
  const key = collection.key;
  const asks = names(query, "fields").filter((name) => fieldOf(collection, name));
  if (asks.length) return [key, ...asks.filter((name) => name !== key)];
  const usual = collection.fields
    .filter(({ name, type, shown }) => shown && name !== key && type !== "uuid")
    .filter(({ type, nullable }) => type !== "json" || !nullable)
    .filter(({ name }) => name !== CURRENCY || !hasMoney(collection))
    .map(({ name }) => name);
  const meant = [
    ...readFilters(collection, query).map(({ field }) => field),
    ...names(query, "sort").map((term) => term.replace(/^-/, "")),
  ];
  return [key, ...usual.filter((name, place) => place < COLUMNS_MAX || meant.includes(name))];
}
