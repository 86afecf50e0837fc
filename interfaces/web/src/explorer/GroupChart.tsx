import { useState } from "react";
import { Chart } from "../shared/ui/Chart";
import { atMostSix, type Series } from "../shared/ui/chart-data";
import { Choice } from "../shared/ui/Fields";
import type { Row } from "./collections";
import type { View } from "./Explorer";
import type { Parts } from "./Groups";
import { useSayings } from "./sayings";
import { currenciesOf, drawn, isAdditive } from "./series";

const SERIES_MAX = 6;

type Props = View & { groups: Row[]; parts: Parts };

/** One measure of the groups, drawn; amounts of one currency at a time, or each currency as a series of its own. */
export function GroupChart({ collection, groups, parts }: Props) {
  const { words, group, groupValue, measure: said } = useSayings(collection);
  const [chosen, setChosen] = useState<string>();
  const [inCurrency, setCurrency] = useState<string>();
  const countable = parts.measures.filter((name) => typeof groups[0]?.[name] === "number" || isNumeric(groups, name));
  const measure = chosen && countable.includes(chosen) ? chosen : countable[0];
  if (!measure || !parts.by[0]) return null;
  const currencies = currenciesOf(groups, measure);
  const currency = inCurrency && currencies.includes(inCurrency) ? inCurrency : mostCommon(groups, currencies);
  const { x, by, series, kind, all } = drawn(groups, parts.by, measure, currency);
  const named = series.map(
    (one): Series => ({ name: by ? groupValue(by, one.of) : said(measure), values: one.values }),
  );
  const isFolded = isAdditive(measure) && by !== "currency";
  const seen = isFolded ? atMostSix(named, words("others")) : named.slice(0, SERIES_MAX);
  const isChoosable = currencies.length > 1 && by !== undefined && by !== "currency" && !parts.by.includes("currency");
  const unit = isChoosable ? currency : currencies.length === 1 ? currencies[0] : undefined;
  const title = [said(measure), ...parts.by.map(group)].join(" · ");
  return (
    <div className="stack">
      <div className="row">
        {countable.length > 1 && (
          <div className="inline-field">
            <Choice
              name="drawn"
              label={words("drawn")}
              options={countable.map((value) => ({ value, label: said(value) }))}
              value={measure}
              onChange={setChosen}
            />
          </div>
        )}
        {isChoosable && (
          <div className="inline-field">
            <Choice
              name="currency"
              label={words("inCurrency")}
              options={currencies.map((value) => ({ value, label: value }))}
              value={currency ?? ""}
              onChange={setCurrency}
            />
          </div>
        )}
      </div>
      <Chart
        title={title}
        xName={group(parts.by[0])}
        x={x.map((value) => groupValue(parts.by[0] ?? "", value))}
        series={seen}
        kind={kind}
        {...(unit ? { unit } : {})}
      />
      {x.length < all && <p className="small quiet">{words("firstBars", { shown: x.length, all })}</p>}
      {!isFolded && named.length > SERIES_MAX && <p className="small quiet">{words("topSeries")}</p>}
    </div>
  );
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** Whether a measure can be drawn: the least of a date cannot. */
function isNumeric(groups: Row[], measure: string): boolean {
  return groups.every((row) => row[measure] === null || NUMBER.test(String(row[measure])));
}

function mostCommon(groups: Row[], currencies: string[]): string | undefined {
  const size = (currency: string) => groups.filter((row) => row.currency === currency).length;
  return currencies.toSorted((a, b) => size(b) - size(a))[0];
}
