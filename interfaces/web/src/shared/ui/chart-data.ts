/** What a chart shows, and how its marks are placed; drawing is of `ChartPlot`. */

import { sum } from "../exact";

export type Series = { name: string; values: readonly (string | null)[] };
export type Kind = "bars" | "lines" | "stacked";
/** From where to where a mark goes, in the unit of the values; charts alone round. */
export type Span = { from: number; to: number };

const SERIES_MAX = 6;

/** The largest series, and the others as one: six at most can be told apart. */
export function atMostSix(series: Series[], others: string): Series[] {
  if (series.length <= SERIES_MAX) return series;
  const sizes = new Map(series.map((one) => [one, size(one)]));
  const order = series.toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
  const rest = order.slice(SERIES_MAX - 1);
  const values = series[0]?.values.map((_, place) => sum(rest.map((one) => one.values[place] ?? "0"))) ?? [];
  return [...order.slice(0, SERIES_MAX - 1), { name: others, values }];
}

function size({ values }: Series): number {
  return values.reduce((all, value) => all + Math.abs(Number(value ?? 0)), 0);
}

/** Each mark by series and bucket: stacked upwards from zero, and downwards what is negative. */
export function spans(series: readonly Series[], kind: Kind): (Span | null)[][] {
  const up: number[] = [];
  const down: number[] = [];
  return series.map(({ values }) =>
    values.map((text, place) => {
      if (text === null) return null;
      const value = Number(text);
      if (kind !== "stacked") return { from: 0, to: value };
      const stack = value < 0 ? down : up;
      const from = stack[place] ?? 0;
      stack[place] = from + value;
      return { from, to: from + value };
    }),
  );
}

/** The least and the most of the axis; zero is always on it. */
export function extent(marks: readonly (Span | null)[][]): [number, number] {
  const ends = marks.flat().flatMap((mark) => (mark ? [mark.from, mark.to] : []));
  const [least, most] = [ends.reduce((a, b) => Math.min(a, b), 0), ends.reduce((a, b) => Math.max(a, b), 0)];
  return least === most ? [0, 1] : [least, most];
}
