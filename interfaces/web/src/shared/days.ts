/** Days of the browser's zone as the moments that the API compares: fields of time take no days. */

/** The first moment of a day such as 2026-03-14; nothing of nothing. */
export function startOf(day: string): string | undefined {
  return day ? new Date(`${day}T00:00:00`).toISOString() : undefined;
}

/** The last one. */
export function endOf(day: string): string | undefined {
  return day ? new Date(`${day}T23:59:59.999`).toISOString() : undefined;
}

/** The day of a moment, for a field to choose days; empty for what is none. */
export function dayOf(moment: unknown): string {
  const at = new Date(typeof moment === "string" ? moment : Number.NaN);
  if (Number.isNaN(at.getTime())) return "";
  const two = (number: number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
