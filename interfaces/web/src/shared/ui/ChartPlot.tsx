/** What a chart draws: axes, marks, their names, and a cursor that tells each value exactly. */

import { AxisBottom, AxisLeft } from "@visx/axis";
import { scaleBand, scaleLinear } from "@visx/scale";
import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  startTransition,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useWords } from "../words";
import { compact, decimal } from "../words/format";
import type { ChartProps } from "./Chart";
import { Marks, Shape } from "./ChartMarks";
import { extent, type Kind, type Series, type Span, spans } from "./chart-data";

const HEIGHT = 288;
const TOP = 22;
const BOTTOM = 26;
const LETTER = 6.8;
const LINE_PX = 15;
/** Below this width names stand in a legend, and the plot has all of it. */
const ROOMY = 520;

type Cursor = { bucket: number; series: number };
export type Layout = ReturnType<typeof layout>;

function layout(width: number, x: readonly string[], series: readonly Series[], kind: Kind) {
  const marks = spans(series, kind);
  const y = scaleLinear<number>({ domain: extent(marks), range: [HEIGHT - BOTTOM, TOP], nice: 5 });
  const left = Math.max(...y.ticks(5).map((tick) => compact(tick).length)) * LETTER + 14;
  const names = width >= ROOMY && series.length > 1 ? direct(series, marks, kind, y) : [];
  const right = names.length ? Math.min(160, Math.max(...names.map(({ name }) => name.length)) * LETTER + 14) : 8;
  const band = scaleBand<number>({
    domain: x.map((_, place) => place),
    range: [left, Math.max(left + 1, width - right)],
    padding: kind === "lines" ? 0 : 0.2,
  });
  return { width, height: HEIGHT, left, right: width - right, marks, y, band, names, kind };
}

/** Where the names stand beside the last marks, or none of them if they do not fit. */
function direct(series: readonly Series[], marks: (Span | null)[][], kind: Kind, y: (value: number) => number) {
  if (kind === "bars") return [];
  const names = series.flatMap(({ name }, place) => {
    const last = kind === "lines" ? marks[place]?.findLast((mark) => mark !== null) : marks[place]?.at(-1);
    if (!last || (kind === "stacked" && Math.abs(y(last.from) - y(last.to)) < LINE_PX)) return [];
    return [{ name, place, y: y(kind === "lines" ? last.to : (last.from + last.to) / 2) }];
  });
  const heights = names.map((one) => one.y).toSorted((a, b) => a - b);
  const isClose = heights.some((one, place) => place > 0 && one - (heights[place - 1] ?? 0) < LINE_PX);
  return isClose || names.length < series.length ? [] : names;
}

export function ChartPlot({ title, x, series, kind, unit }: ChartProps) {
  const words = useWords("shared");
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [cursor, setCursor] = useState<Cursor>({ bucket: 0, series: 0 });
  const [isTold, setTold] = useState(false);
  useLayoutEffect(() => {
    const box = frame.current;
    if (!box) return;
    // A hundred bars take a phone a tenth of a second: they are drawn in small pieces.
    const measure = () => startTransition(() => setWidth(box.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const drawn = useMemo(() => layout(width, x, series, kind), [width, x, series, kind]);
  const bucket = Math.min(cursor.bucket, x.length - 1);
  const place = Math.min(cursor.series, series.length - 1);
  const value = series[place]?.values[bucket] ?? null;
  const written = (text: string | null) => (text === null ? words("none") : `${decimal(text)} ${unit ?? ""}`.trim());

  function onKey(event: KeyboardEvent): void {
    const to = step(event.key, { bucket, series: place }, x.length, series.length);
    if (event.key === "Escape" && isTold) setTold(false);
    else if (to) {
      setCursor(to);
      setTold(true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onPoint(event: PointerEvent<HTMLDivElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const at = Math.floor((event.clientX - box.left - drawn.left) / drawn.band.step());
    const isOnBucket = at >= 0 && at < x.length;
    if (isOnBucket) setCursor({ bucket: at, series: nearest(drawn, at, event.clientY - box.top) ?? place });
    setTold(isOnBucket);
  }

  if (!x.length) return <p className="quiet">{words("nothing")}</p>;
  return (
    <>
      <div
        ref={frame}
        className="chart-plot"
        // A slider over the buckets: every screen reader tells its text when an arrow key changes it.
        role="slider"
        tabIndex={0}
        aria-label={`${title} ${words("chartKeys")}`}
        aria-valuemin={0}
        aria-valuemax={x.length - 1}
        aria-valuenow={bucket}
        aria-valuetext={`${x[bucket]}, ${series[place]?.name}: ${written(value)}`}
        onKeyDown={onKey}
        onFocus={() => setTold(true)}
        onBlur={() => setTold(false)}
        onPointerMove={onPoint}
        onPointerLeave={() => setTold(false)}
      >
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true">
            {isTold && <rect className="chart-at" {...column(drawn, bucket)} />}
            <Axes drawn={drawn} x={x} unit={unit ?? ""} />
            <Marks drawn={drawn} series={series} />
            {isTold && <Ring drawn={drawn} bucket={bucket} place={place} />}
          </svg>
        )}
        {isTold && width > 0 && (
          <Told drawn={drawn} bucket={bucket} place={place} title={x[bucket] ?? ""} series={series} written={written} />
        )}
      </div>
      {series.length > 1 && width > 0 && !drawn.names.length && <Legend series={series} kind={kind} />}
    </>
  );
}

/** Where a key leads to: along the buckets, or to another series. */
function step(key: string, { bucket, series }: Cursor, buckets: number, count: number): Cursor | undefined {
  const within = (place: number) => Math.max(0, Math.min(place, buckets - 1));
  switch (key) {
    case "ArrowRight":
      return { bucket: within(bucket + 1), series };
    case "ArrowLeft":
      return { bucket: within(bucket - 1), series };
    case "Home":
      return { bucket: 0, series };
    case "End":
      return { bucket: buckets - 1, series };
    case "ArrowUp":
      return { bucket, series: Math.min(series + 1, count - 1) };
    case "ArrowDown":
      return { bucket, series: Math.max(series - 1, 0) };
    default:
      return undefined;
  }
}

/** The series whose mark of a bucket is the nearest to a height. */
function nearest({ marks, y }: Layout, bucket: number, height: number): number | undefined {
  const far = marks.map((row) => {
    const mark = row[bucket];
    if (!mark) return Number.POSITIVE_INFINITY;
    const [top, bottom] = [Math.min(y(mark.from), y(mark.to)), Math.max(y(mark.from), y(mark.to))];
    return height < top ? top - height : Math.max(0, height - bottom);
  });
  const least = Math.min(...far);
  return Number.isFinite(least) ? far.indexOf(least) : undefined;
}

function column({ band }: Layout, bucket: number) {
  const gap = band.step() - band.bandwidth();
  return { x: (band(bucket) ?? 0) - gap / 2, y: TOP, width: band.step(), height: HEIGHT - TOP - BOTTOM };
}

const Axes = memo(function Axes({ drawn, x, unit }: { drawn: Layout; x: readonly string[]; unit: string }) {
  const { y, band, left, right, names } = drawn;
  const longest = Math.max(...x.map((label) => label.length)) * LETTER + 16;
  const every = Math.ceil(x.length / Math.max(1, Math.floor((right - left) / longest)));
  return (
    <g className="chart-axes">
      {y.ticks(5).map((tick) => (
        <line key={tick} className={tick === 0 ? "zero" : "grid"} x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
      ))}
      <AxisLeft
        scale={y}
        left={left}
        numTicks={5}
        tickFormat={(tick) => compact(Number(tick))}
        hideAxisLine
        hideTicks
      />
      <AxisBottom
        scale={band}
        top={HEIGHT - BOTTOM}
        tickValues={x.map((_, place) => place).filter((place) => place % every === 0)}
        tickFormat={(place) => x[Number(place)] ?? ""}
        hideAxisLine
        hideTicks
      />
      <text className="unit" x={0} y={10}>
        {unit}
      </text>
      {names.map(({ name, place, y: height }) => (
        <text key={name} className={`name series-${place + 1}`} x={right + 8} y={height + 4}>
          {name.length > 20 ? `${name.slice(0, 19)}…` : name}
        </text>
      ))}
    </g>
  );
});

/** What the cursor is at. */
function Ring({ drawn, bucket, place }: { drawn: Layout; bucket: number; place: number }) {
  const mark = drawn.marks[place]?.[bucket];
  if (!mark || drawn.kind !== "lines") return null;
  const x = (drawn.band(bucket) ?? 0) + drawn.band.bandwidth() / 2;
  return <circle className="chart-ring" cx={x} cy={drawn.y(mark.to)} r={7} />;
}

type ToldProps = {
  drawn: Layout;
  bucket: number;
  place: number;
  title: string;
  series: readonly Series[];
  written: (text: string | null) => string;
};

function Told({ drawn, bucket, place, title, series, written }: ToldProps) {
  const at = (drawn.band(bucket) ?? 0) + drawn.band.bandwidth() / 2;
  const isRight = at > drawn.width / 2;
  const side = isRight ? { right: drawn.width - at + 14 } : { left: at + 14 };
  return (
    <div className="tooltip chart-told" style={{ top: TOP, ...side }}>
      <strong>{title}</strong>
      {series.map(({ name, values }, one) => (
        <span key={name} className={one === place ? "current" : undefined}>
          <span>{name}</span> <span className="number">{written(values[bucket] ?? null)}</span>
        </span>
      ))}
    </div>
  );
}

function Legend({ series, kind }: { series: readonly Series[]; kind: Kind }) {
  return (
    <ul className="chart-legend">
      {series.map(({ name }, place) => (
        <li key={name}>
          <svg width="14" height="14" viewBox="-7 -7 14 14" aria-hidden="true">
            <Shape place={place} isLine={kind === "lines"} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
