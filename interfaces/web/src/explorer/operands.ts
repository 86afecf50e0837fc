/** The values of filters, between how the grammar writes them and how people do. See docs/queries.md. */

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

/** A number as somebody types it in their language, as the API reads it: `1.400,50` is 1400.50 in German. */
export function readNumber(typed: string, locale: string): string {
  const { group, point } = marksOf(locale);
  const bare = typed.trim().replaceAll(/[\s\u00a0\u202f'’]/g, "").replace("−", "-");
  // A point in a language of commas is a point all the same where it cannot part thousands.
  if (group === "." && !bare.includes(",") && !/^[+-]?\d{1,3}(\.\d{3})+$/.test(bare)) return bare;
  return bare.replaceAll(group, "").replace(point, ".");
}

/** A number of the API as it would be typed. */
export function typedNumber(text: string, locale: string): string {
  return text.replace(".", marksOf(locale).point);
}

function marksOf(locale: string): { group: string; point: string } {
  const parts = new Intl.NumberFormat(locale).formatToParts(1234567.5);
  const mark = (type: string, otherwise: string) => parts.find((part) => part.type === type)?.value ?? otherwise;
  return { group: mark("group", ","), point: mark("decimal", ".") };
}

/** A value of the API as a control of its field holds it: times by the clock of the reader. */
export function typed(field: Field, text: string, locale: string): string {
  if (isNumber(field)) return typedNumber(text, locale);
  if (field.type !== "timestamp") return text;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return "";
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** What a control holds, as the API reads it. */
export function written(field: Field, held: string, locale: string): string {
  if (isNumber(field)) return readNumber(held, locale);
  if (field.type !== "timestamp") return field.type === "text" ? held : held.trim();
  const moment = new Date(held);
  return Number.isNaN(moment.getTime()) ? held : moment.toISOString().replace(".000Z", "Z");
}

export function isNumber({ type }: Field): boolean {
  return type === "integer" || type === "decimal";
}
