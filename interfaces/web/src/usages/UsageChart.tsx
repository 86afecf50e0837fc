import { useMemo } from "react";
import type { Schemas } from "../shared/api/client";
import { Chart } from "../shared/ui/Chart";
import { atMostSix, type Series } from "../shared/ui/chart-data";
import { Views } from "../shared/ui/Views";
import { locale, useWords } from "../shared/words";
import { count } from "../shared/words/format";
import type { UsageType } from "./queries";
import { typeText } from "./types";
import { BUCKETS, type BucketName, bucketOf } from "./view";

/** More bars than these are too thin to be read. */
const BUCKETS_MAX = 120;
const MONTHS = new Intl.DateTimeFormat(locale, { month: "short", year: "numeric", timeZone: "UTC" });
const DAYS = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "2-digit", timeZone: "UTC" });

type Props = { series: Schemas["Series"]; types: readonly UsageType[]; bucket: string };

/** Emissions over time, by type. */
export function UsageChart({ series, types, bucket }: Props) {
  const words = useWords("usages");
  const others = words("others");
  // What is drawn is of the answer, which may still be that of the bucket before.
  const shown = bucketOf(series.bucket);
  const chart = useMemo(() => byType(series, types, shown, others), [series, types, shown, others]);
  return (
    <div className="stack">
      <Chart
        title={words("chartTitle", { bucket: shown })}
        xName={words(shown)}
        x={chart.x}
        series={chart.series}
        kind="stacked"
        unit={series.emissions_unit ?? ""}
      />
      <div className="row spread">
        <Views
          label={words("bucketBy")}
          tabs={BUCKETS.map((name) => ({
            name: words(name),
            changes: { bucket: name === "month" ? undefined : name },
            isCurrent: bucketOf(bucket) === name,
          }))}
        />
        {chart.all > chart.x.length && (
          <span className="small quiet">
            {words("lastBuckets", { shown: count(chart.x.length), all: count(chart.all) })}
          </span>
        )}
      </div>
    </div>
  );
}

function byType({ data }: Schemas["Series"], types: readonly UsageType[], bucket: BucketName, others: string) {
  const all = [...new Set(data.map((one) => one.bucket))];
  const buckets = all.slice(-BUCKETS_MAX);
  const places = new Map(buckets.map((day, place) => [day, place]));
  const rows = new Map<number, string[]>();
  for (const { bucket: day, usage_type_id: id, emissions } of data) {
    const place = places.get(day);
    if (place === undefined || id === null || id === undefined) continue;
    const values = rows.get(id) ?? buckets.map(() => "0");
    values[place] = emissions;
    rows.set(id, values);
  }
  const series: Series[] = [...rows]
    .toSorted(([a], [b]) => a - b)
    .map(([id, values]) => ({ name: nameOf(id, types), values }));
  const format = bucket === "month" ? MONTHS : DAYS;
  return {
    all: all.length,
    x: buckets.map((day) => format.format(new Date(`${day}T00:00:00Z`))),
    series: atMostSix(series, others),
  };
}

function nameOf(id: number, types: readonly UsageType[]): string {
  const type = types.find((one) => one.id === id);
  return type ? typeText(type, types) : String(id);
}
