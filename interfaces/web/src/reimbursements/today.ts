import { today as dayOfZone, getLocalTimeZone } from "@internationalized/date";

/** The day of now, here, so many days on. */
export function today(daysOn = 0): string {
  return dayOfZone(getLocalTimeZone()).add({ days: daysOn }).toString();
}
