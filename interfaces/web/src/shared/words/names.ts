/** Names that come from the API, made readable: the catalogue's word if it has one, else the name itself as words. */

import { count, day, decimal, moment } from "./format";
import { language } from "./index";
import { german } from "./names.de";

/** `payment_status` as "Payment status". */
export function label(name: string): string {
  const known = language === "de" ? german[name] : undefined;
  if (known) return known;
  const words = name.replace(/^(sum|avg|min|max|count):?/, (function_) => `${function_.replace(":", "")} of `);
  const text = (words.endsWith(" of ") ? words.slice(0, -4) : words).replaceAll(/[_:.-]/g, " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A choice such as `four_eyes`, as words in the middle of a sentence. */
export function choice(value: string): string {
  return (
    (language === "de" ? german[value]?.replace(/^./, (it) => it.toLowerCase()) : undefined) ??
    value.replaceAll("_", " ")
  );
}

const DECIMAL = /^-?\d+(\.\d+)?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A plain value of which nothing else is known. */
export function valueText(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? count(value) : decimal(String(value));
  if (typeof value === "boolean") return value ? "✓" : "✗";
  if (typeof value !== "string") return JSON.stringify(value);
  if (DAY.test(value)) return day(value);
  if (MOMENT.test(value)) return moment(value);
  return DECIMAL.test(value) && value.includes(".") ? decimal(value) : value;
}
