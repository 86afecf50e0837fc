import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Query } from "../shared/address";
import { Chart } from "../shared/ui/Chart";
import { Choice } from "../shared/ui/Fields";
import { Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { currencyName, month } from "../shared/words/format";
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

/** How it went by month, in the currency of most of it, or in another one. */
export function Months({ search }: { search: Query }) {
  const words = useWords("expenses");
  const [chosen, choose] = useState<string>();
  const sums = useQuery(sumsQuery(search, ["currency"]));
  const rows = ((sums.data?.data.data ?? []) as unknown as Sum[]).toSorted((one, other) => other.count - one.count);
  const currencies = rows.map(({ currency }) => currency);
  const currency = chosen && currencies.includes(chosen) ? chosen : currencies[0];
  if (!currency) return null;
  return (
    <Section title={words("months")}>
      {currencies.length > 1 && (
        <div className="filters">
          <Choice
            name="chart-currency"
            label={words("currency")}
            options={currencies.map((value) => ({ value, label: `${value} · ${currencyName(value)}` }))}
            value={currency}
            onChange={choose}
          />
        </div>
      )}
      <ByMonth search={search} currency={currency} />
    </Section>
  );
}

function ByMonth({ search, currency }: { search: Query; currency: string }) {
  const words = useWords("expenses");
  const months = useQuery({
    ...sumsQuery({ ...search, currency }, ["date:month"]),
    placeholderData: keepPreviousData,
  });
  return (
    <Shown query={months}>
      {({ data }) => {
        const rows = data.data as unknown as Required<Sum>[];
        return (
          <Chart
            title={words("byMonth", { currency })}
            xName={words("month")}
            x={rows.map((row) => month(row["date:month"]))}
            series={[{ name: words("amount"), values: rows.map((row) => row["sum:amount"]) }]}
            kind="bars"
            unit={currency}
          />
        );
      }}
    </Shown>
  );
}
