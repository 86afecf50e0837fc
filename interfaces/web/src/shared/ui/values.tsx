/** Single values, always written the same way. */

import type { ReactNode } from "react";
import { useWords } from "../words";
import { ago, day, decimal, exactly, moment } from "../words/format";

/** An exact amount with its currency beside it. */
export function Money({ amount, currency }: { amount: string; currency: string }) {
  return (
    <span className="number nowrap">
      {decimal(amount)} <span className="quiet">{currency}</span>
    </span>
  );
}

/** A moment in the zone of the browser; the whole of it, with seconds and zone, on hover and for those who hear. */
export function Moment({ at, relative = false }: { at: string; relative?: boolean }) {
  return (
    <time dateTime={at} title={exactly(at)} className="nowrap">
      {relative ? ago(at) : moment(at)}
    </time>
  );
}

export function Day({ on }: { on: string }) {
  return (
    <time dateTime={on} className="nowrap">
      {day(on)}
    </time>
  );
}

export type Mood = "good" | "wait" | "bad" | "quiet";
const SHAPES: Record<Mood, string> = { good: "●", wait: "◐", bad: "▲", quiet: "○" };

/** A state as a word and a shape; the colour only supports them. */
export function Status({ mood, children }: { mood: Mood; children: ReactNode }) {
  return (
    <span className={`status ${mood}`}>
      <span aria-hidden="true">{SHAPES[mood]}</span>
      {children}
    </span>
  );
}

/** Names and values of one thing. */
export function Facts({ facts }: { facts: [ReactNode, ReactNode][] }) {
  return (
    <dl className="facts">
      {facts.map(([name, value], place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts have an order and no other name
        <Fact key={place} name={name} value={value} />
      ))}
    </dl>
  );
}

function Fact({ name, value }: { name: ReactNode; value: ReactNode }) {
  const words = useWords("shared");
  const missing = value === null || value === undefined || value === "";
  return (
    <>
      <dt>{name}</dt>
      <dd>{missing ? <span className="quiet">{words("none")}</span> : value}</dd>
    </>
  );
}
