/** The values of filters, between how the grammar writes them and how people do. See docs/queries.md. */

import { decimal, exact } from "../shared/words/format";
import type { Field } from "./collections";

/** Operators whose value is a list. */
export const OF_LISTS = ["in", "nin", "between"];

/** The items of a list; those with a comma stand in double quotes. What is no list is one item, as it is. */
export function readItems(text: string): string[] {
  const item = /(?:"((?:[^"]|"")*)"|([^",][^,]*|))(,|$)/y;
  const items: string[] = [];
  for (;;) {
    const found = item.exec(text);
    if (!found) return [text];
    items.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (!found[3]) return items;
  }
}

export function writeItems(items: string[]): string {
  return items.map((item) => (/^"|,|^$/.test(item) ? `"${item.replaceAll('"', '""')}"` : item)).join(",");
}

const NUMBER = /^[+-]?\d+(\.\d+)?$/;

/** A value of the API as the control of its field holds it; nothing where it is none. */
export function typed(field: Field, text: string): string {
  if (isNumber(field)) return NUMBER.test(text) ? decimal(text) : text;
  if (field.type !== "date" && field.type !== "timestamp") return text;
  return isTime(text) ? text : "";
}

/** Days that there are: `Date` takes the 31st of February for one in March. */
function isTime(text: string): boolean {
  const day = text.slice(0, 10);
  const moment = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(day);
}

/** What a control holds, as the API reads it. */
export function written(field: Field, held: string): string {
  if (isNumber(field)) return exact(held);
  return field.type === "text" ? held : held.trim();
}

export function isNumber({ type }: Pick<Field, "type">): boolean {
  return type === "integer" || type === "decimal";
}
