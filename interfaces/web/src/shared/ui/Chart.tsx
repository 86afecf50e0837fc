/**
 * A chart that answers one question, and the same data as a table one key (`t`) away.
 *
 * What draws is loaded once a chart shows; the box has its height from the beginning, so that nothing moves.
 */

import { type KeyboardEvent, lazy, Suspense, useEffect, useRef, useState } from "react";
import { useWords } from "../words";
import { decimal } from "../words/format";
import { Button } from "./Button";
import type { Kind, Series } from "./chart-data";
import { Loading } from "./States";
import { type Column, Table } from "./Table";
import "./chart.css";

const Plot = lazy(() => import("./ChartPlot").then((it) => ({ default: it.ChartPlot })));

export type ChartProps = {
  /** The question that it answers. */
  title: string;
  /** What the buckets are, for the head of the table. */
  xName: string;
  /** The buckets, as they are written. */
  x: readonly string[];
  /** Six at most; see `atMostSix`. */
  series: readonly Series[];
  kind: Kind;
  /** What the values are in, such as `EUR` or `kg CO2e`. */
  unit?: string;
  tableFirst?: boolean;
};

export function Chart({ title, tableFirst = false, ...props }: ChartProps) {
  const words = useWords("shared");
  const [isTable, setTable] = useState(tableFirst);
  const box = useRef<HTMLDivElement>(null);
  const byKey = useRef(false);

  // Whoever switched by key goes on in what shows now.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the switch that counts
  useEffect(() => {
    if (byKey.current) box.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
    byKey.current = false;
  }, [isTable]);

  function onKey(event: KeyboardEvent): void {
    if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    byKey.current = box.current?.contains(event.target as Node) ?? false;
    setTable(!isTable);
  }

  return (
    <figure className="chart" aria-label={title} onKeyDown={onKey}>
      <figcaption className="row spread">
        <span className="chart-title">{title}</span>
        <Button small onPress={() => setTable(!isTable)}>
          {isTable ? words("showChart") : words("showTable")}
        </Button>
      </figcaption>
      <div className="chart-box" ref={box}>
        {isTable ? (
          <Values title={title} {...props} />
        ) : (
          <Suspense fallback={<Loading />}>
            <Plot title={title} {...props} />
          </Suspense>
        )}
      </div>
    </figure>
  );
}

type Row = { place: number; label: string };

function Values({ title, x, xName, series, unit }: ChartProps) {
  const rows = x.map((label, place) => ({ place, label }));
  const columns: Column<Row>[] = [
    { name: "x", label: xName, cell: (row) => row.label },
    ...series.map(({ name, values }, at) => ({
      name: String(at),
      label: unit ? `${name} (${unit})` : name,
      amount: true,
      cell: ({ place }: Row) => exactly(values[place]),
    })),
  ];
  return <Table short label={title} rows={rows} columns={columns} rowKey={(row) => String(row.place)} />;
}

function exactly(value: string | null | undefined): string {
  return value === null || value === undefined ? "–" : decimal(value);
}
