/** The bars and lines of a chart. Series differ by colour, and lines by the shape of their points as well. */

import { Bar, LinePath } from "@visx/shape";
import { memo } from "react";
import type { Layout } from "./ChartPlot";
import type { Series } from "./chart-data";

/** More points than these stand too close to be told apart by shape. */
const POINTS_MAX = 62;
const SHAPES = [
  "M-4,0A4,4 0 1 0 4,0A4,4 0 1 0 -4,0Z",
  "M-4,-4H4V4H-4Z",
  "M0,-5L5,4H-5Z",
  "M0,-5.5L5.5,0L0,5.5L-5.5,0Z",
  "M0,5L5,-4H-5Z",
  "M-1.5,-5H1.5V-1.5H5V1.5H1.5V5H-1.5V1.5H-5V-1.5H-1.5Z",
];

/** What stands for a series: its own shape on lines, a square for bars. */
export function Shape({ place, isLine }: { place: number; isLine: boolean }) {
  return <path className={`series-${place + 1}`} d={isLine ? SHAPES[place % SHAPES.length] : "M-5,-5H5V5H-5Z"} />;
}

export const Marks = memo(function Marks({ drawn, series }: { drawn: Layout; series: readonly Series[] }) {
  return (
    <g>
      {series.map(({ name }, place) =>
        drawn.kind === "lines" ? (
          <Line key={name} drawn={drawn} place={place} />
        ) : (
          <Bars key={name} drawn={drawn} place={place} count={series.length} />
        ),
      )}
    </g>
  );
});

function Bars({ drawn, place, count }: { drawn: Layout; place: number; count: number }) {
  const { marks, band, y, kind } = drawn;
  const width = kind === "bars" ? band.bandwidth() / count : band.bandwidth();
  const aside = kind === "bars" ? place * width : 0;
  return (
    <g className={`series-${place + 1}`}>
      {marks[place]?.map((mark, bucket) => {
        if (!mark || mark.from === mark.to) return null;
        const [top, bottom] = [Math.min(y(mark.from), y(mark.to)), Math.max(y(mark.from), y(mark.to))];
        return (
          <Bar
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is that of its bucket
            key={bucket}
            className="mark"
            x={(band(bucket) ?? 0) + aside}
            y={top}
            width={Math.max(1, width - (width > 6 ? 1 : 0))}
            height={Math.max(1, bottom - top)}
          />
        );
      })}
    </g>
  );
}

function Line({ drawn, place }: { drawn: Layout; place: number }) {
  const { marks, band, y } = drawn;
  const middle = band.bandwidth() / 2;
  const points = (marks[place] ?? []).map((mark, bucket) => ({ mark, x: (band(bucket) ?? 0) + middle }));
  return (
    <g className={`series-${place + 1}`}>
      <LinePath
        className="line"
        data={points}
        defined={({ mark }) => mark !== null}
        x={({ x }) => x}
        y={({ mark }) => y(mark?.to ?? 0)}
      />
      {points.length <= POINTS_MAX &&
        points.map(
          ({ mark, x }) =>
            mark && (
              <g key={x} transform={`translate(${x},${y(mark.to)})`}>
                <Shape place={place} isLine />
              </g>
            ),
        )}
    </g>
  );
}
