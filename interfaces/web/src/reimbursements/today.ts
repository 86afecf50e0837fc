import { today as dayOfZone, getLocalTimeZone } from "@internationalized/date";

/** The day of now, here, so many days on. */
export function today(daysOn = 0, zone = getLocalTimeZone()): string {
  return dayOfZone(zone).add({ days: daysOn }).toString();
}

/** The same where limits are lent: those days are of UTC. */
export const lendingDay = (daysOn = 0): string => today(daysOn, "UTC");
