import { useQuery } from "@tanstack/react-query";
import type { Query } from "../shared/address";
import { Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { type Sum, sumsQuery } from "./queries";

/** What all that fits comes to, a sum for each currency: amounts of different ones are never added. */
export function Totals({ search }: { search: Query }) {
  const words = useWords("expenses");
  const sums = useQuery(sumsQuery(search, ["currency"]));
  const rows = (sums.data?.data.data ?? []) as unknown as Sum[];
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  return (
    <section className="sums" aria-label={words("totals")}>
      <p className="quiet">{sums.data ? words("total", { count }) : " "}</p>
      <ul>
        {rows.map((row) => (
          <li key={row.currency}>
            <Money amount={row["sum:amount"]} currency={row.currency} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Months(_: { search: Query }) {
  return null;
}
