/** Numbers, money and moments as people of the language write them. Amounts stay texts: they are exact. */

import { locale, zone } from "./index";

type Exact = Intl.StringNumericLiteral;
const MINUS = "−";

function written(parts: Intl.NumberFormatPart[]): string {
  return parts.map(({ type, value }) => (type === "minusSign" ? MINUS : value)).join("");
}

/** An exact decimal as it is, with all its decimals: `"1204.810"` is 1,204.810. */
export function decimal(text: string): string {
  const decimals = text.split(".")[1]?.length ?? 0;
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return written(format.formatToParts(text as Exact));
}

/** A long decimal shortened for reading; the whole of it belongs beside it, into a title. */
export function rounded(text: string, digits = 2): string {
  return written(new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).formatToParts(text as Exact));
}

const counts = new Intl.NumberFormat(locale);
export const count = (number: number): string => counts.format(number);

const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
/** A day without a time, such as 2026-03-14. */
export const day = (text: string): string => days.format(new Date(`${text.slice(0, 10)}T00:00:00Z`));

const shortMoments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: zone });
const exactMoments = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", timeZone: zone });
export const moment = (text: string): string => shortMoments.format(new Date(text));
export const exactly = (text: string): string => exactMoments.format(new Date(text));

const clocks = new Intl.DateTimeFormat(locale, { timeStyle: "medium", timeZone: zone });
/** The time of day, to the second. */
export const clock = (at: number): string => clocks.format(at);

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
/** How long ago, as "3 hours ago". */
export function ago(text: string, now = Date.now()): string {
  const seconds = (new Date(text).getTime() - now) / 1000;
  const [unit, size] = STEPS.find(([, least]) => Math.abs(seconds) >= least) ?? ["second", 1];
  return relative.format(Math.round(seconds / size), unit);
}

const names = new Intl.DisplayNames(locale, { type: "currency" });
export function currencyName(code: string): string {
  return names.of(code) ?? code;
}
