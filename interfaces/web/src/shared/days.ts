/** The days that a view is of: days in the fields, moments in the address, since the API filters by those. */

import { parseAbsolute, parseDate, toCalendarDate, toZoned } from "@internationalized/date";
import { rfc3339 } from "./ui/dates";
import { zone } from "./words";

/** The midnight that a day begins with; nothing of nothing. */
export function beginOf(day: string): string {
  return day && rfc3339(toZoned(parseDate(day), zone));
}

/** The midnight that a day ends with. */
export function endOf(day: string): string {
  return day && rfc3339(toZoned(parseDate(day).add({ days: 1 }), zone));
}

/** The day that a span ends before, whose last day is this one. */
export function dayAfter(day: string): string {
  return day && parseDate(day).add({ days: 1 }).toString();
}

/** The day that begins at a moment; nothing if the address holds no moment. */
export function dayFrom(moment: string): string {
  return at(moment)?.toString() ?? "";
}

/** The last day before a moment. */
export function dayUntil(moment: string): string {
  return at(moment, -1)?.toString() ?? "";
}

function at(moment: string, milliseconds = 0) {
  try {
    return toCalendarDate(parseAbsolute(moment, zone).add({ milliseconds }));
  } catch {
    return undefined;
  }
}
