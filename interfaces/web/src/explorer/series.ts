/** Groups as the series of a chart. Amounts of different currencies stay apart: no series holds two of them. */

import { sum } from "../shared/exact";
import type { Kind, Series } from "../shared/ui/chart-data";
import { CURRENCY, type Row } from "./collections";
import { nextPeriod } from "./narrowing";
import { periodOf } from "./view";

export type Drawn = {
  /** The values of the first part of the key, by place. */
  x: unknown[];
  /** By the second part, or by currency; one without either. */
  by: string | undefined;
  series: (Series & { of: unknown })[];
  kind: Kind;
  /** How many values of the first part there are. */
  all: number;
};

const BARS_MAX = 24;
const PERIODS_MAX = 1_000;

/** Whether groups of groups can be told from them: numbers and sums can, averages cannot. */
export function isAdditive(measure: string): boolean {
  return measure === "count" || measure.startsWith("sum:");
}

/** The currencies of which a measure has amounts; none where it counts. */
export function currenciesOf(groups: Row[], measure: string): string[] {
  if (measure === "count") return [];
  return [...new Set(groups.flatMap((row) => (typeof row[CURRENCY] === "string" ? [row[CURRENCY]] : [])))];
}

/** What to draw of a measure: all of it, or where there are two parts of the key the amounts of one currency. */
export function drawn(groups: Row[], by: string[], measure: string, currency: string | undefined): Drawn {
  const [first = "", second] = by;
  const currencies = currenciesOf(groups, measure);
  const apart = second ?? (currencies.length > 1 && first !== CURRENCY ? CURRENCY : undefined);
  const isOne = apart !== undefined && apart !== CURRENCY && first !== CURRENCY && currencies.length > 1;
  const rows = isOne ? groups.filter((row) => row[CURRENCY] === currency) : groups;

  const cells = new Map<unknown, Map<unknown, string[]>>();
  for (const row of rows) {
    const value = row[measure];
    const of = apart ? row[apart] : undefined;
    const line = cells.get(of) ?? new Map<unknown, string[]>();
    cells.set(of, line);
    if (value !== null && value !== undefined) line.set(row[first], [...(line.get(row[first]) ?? []), String(value)]);
  }
  const { period } = periodOf(first);
  const found = [...new Set(rows.map((row) => row[first]))];
  const x = period ? allPeriods(found, period) : largestFirst(found, cells).slice(0, BARS_MAX);
  const nothing = isAdditive(measure) && period ? "0" : null;
  const series = [...cells].map(([of, line]) => ({
    of,
    name: "",
    values: x.map((at) => (line.has(at) ? sum(line.get(at) ?? []) : nothing)),
  }));
  const stacks = apart !== undefined && apart !== CURRENCY && isAdditive(measure);
  return { x, by: apart, series, kind: period ? "lines" : stacks ? "stacked" : "bars", all: found.length };
}

/** Every period from the first to the last, so that a gap shows as one. */
function allPeriods(found: unknown[], period: string): unknown[] {
  const days = found.filter((value) => typeof value === "string").sort();
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return days;
  const all: string[] = [];
  for (let at = first; at <= last && all.length < PERIODS_MAX; at = nextPeriod(at.slice(0, 10), period)) all.push(at);
  // Should the API tell periods otherwise than by their first day, theirs stand.
  return days.every((day) => all.includes(day)) ? all : days;
}

function largestFirst(found: unknown[], cells: Map<unknown, Map<unknown, string[]>>): unknown[] {
  const size = (at: unknown) =>
    [...cells.values()].reduce((all, line) => all + Math.abs(Number(sum(line.get(at) ?? []))), 0);
  const sizes = new Map(found.map((at) => [at, size(at)]));
  return found.toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
}
