import type { Book } from "./books";

/** What was spent by month; see Chart. */
export function Months(_: { book: Book; name: string; asOf: string | undefined }) {
  return null;
}
