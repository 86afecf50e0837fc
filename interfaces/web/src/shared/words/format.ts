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
  return written(formatOf(decimals).formatToParts(text as Exact));
}

const formats = new Map<number, Intl.NumberFormat>();
/** One format for all numbers of so many decimals: making one takes longer than writing a row. */
function formatOf(decimals: number): Intl.NumberFormat {
  const known = formats.get(decimals);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  formats.set(decimals, format);
  return format;
}

/** A long decimal shortened for reading; the whole of it belongs beside it, into a title. */
export function rounded(text: string, digits = 2): string {
  return written(new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).formatToParts(text as Exact));
}

const separators = new Map<string, { group: string; point: string }>();
function separatorsOf(tongue: string): { group: string; point: string } {
  const known = separators.get(tongue);
  if (known) return known;
  const parts = new Intl.NumberFormat(tongue, { useGrouping: "always" }).formatToParts(1_234_567.5);
  const text = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const found = { group: text("group"), point: text("decimal") };
  separators.set(tongue, found);
  return found;
}

/**
 * What a person typed as a number of their language, as the decimal text that the API reads: `1.204,81` is 1204.81 in
 * German. The inverse of `decimal`; what is no such number is handed on as typed, so that the API says what is wrong.
 */
export function exact(typed: string, tongue = locale): string {
  const text = typed.trim();
  const { group, point } = separatorsOf(tongue);
  const plain = text.replace(/^[\u2212\u2013]/, "-").replaceAll(/[\s']/g, (blank) => (blank === "'" ? "’" : " "));
  const sign = plain.startsWith("-") ? "-" : "";
  const [whole = "", decimals, ...more] = plain.slice(sign.length).split(point);
  if (more.length || !/\d$/.test(whole) || (decimals !== undefined && !/^\d+$/.test(decimals))) return text;
  // Blanks and apostrophes group nothing but thousands anywhere; a point or a comma only where the language says so.
  const used = whole.match(/\D/)?.[0] ?? group;
  const digits = whole.replaceAll(used, "");
  if (!/^\d+$/.test(digits) || (used !== group && used !== " " && used !== "’")) return text;
  const asWritten = new Intl.NumberFormat(tongue, { useGrouping: "always" }).format(BigInt(digits));
  if (whole !== digits && whole !== asWritten.replaceAll(group, used)) return text;
  return sign + digits + (decimals === undefined ? "" : `.${decimals}`);
}

const counts = new Intl.NumberFormat(locale);
export const count = (number: number): string => counts.format(number);

const percents = new Intl.NumberFormat(locale, { style: "percent" });
/** A part of a whole: 42 %. */
export const percent = (part: number): string => percents.format(part);

const compacts = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 3 });
/** A number of an axis, short: 1.2K. */
export const compact = (number: number): string => written(compacts.formatToParts(number));

const days = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
/** A day without a time, such as 2026-03-14. */
export const day = (text: string): string => days.format(new Date(`${text.slice(0, 10)}T00:00:00Z`));

const months = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });
/** The month of a day, as "Mar 2026". */
export const month = (text: string): string => months.format(new Date(`${text.slice(0, 10)}T00:00:00Z`));

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

/** How far a zone is from UTC: `UTC+02:00`. */
export function offsetText(milliseconds: number): string {
  const minutes = Math.abs(milliseconds) / 60_000;
  const two = (number: number) => String(Math.floor(number)).padStart(2, "0");
  return `UTC${milliseconds < 0 ? MINUS : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}
