/**
 * A correlation drawn as a tree, from the top down in the order in which it happened: a box is a command with its
 * events, and an arrow leads from the event to the commands that it led to.
 */

import { useLinkProps } from "@tanstack/react-router";
import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useDeed } from "../shared/ui/deeds";
import { useActorText } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { BOX, type Box, layout, STEP, STEP_NARROW } from "./boxes";
import type { Command, Line } from "./causes";

/** Below this width a box says too little: the frame scrolls instead. */
const BOX_MIN = 250;
const BOX_MAX = 560;
/** About as wide as a letter of the graph is. */
const LETTER = 6.9;

export function CauseGraph({ roots, here }: { roots: Command[]; here: number }) {
  const words = useWords("events");
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(BOX_MAX);
  useLayoutEffect(() => {
    const seen = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    if (frame.current) seen.observe(frame.current);
    return () => seen.disconnect();
  }, []);
  const step = width < BOX_MAX ? STEP_NARROW : STEP;
  const { boxes, height } = layout(roots, step);
  const deepest = Math.max(0, ...boxes.map(({ x }) => x));
  const wide = Math.max(BOX_MIN, Math.min(BOX_MAX, width - deepest - 2));
  return (
    <div ref={frame} className="causes">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing with links in it is no fieldset */}
      <svg width={deepest + wide + 2} height={height} role="group" aria-label={words("graphOf")}>
        {boxes.map((box) => (
          <Edge key={box.command.causation} box={box} step={step} />
        ))}
        {boxes.map((box) => (
          <Drawn key={box.command.causation} box={box} wide={wide} here={here} />
        ))}
      </svg>
    </div>
  );
}

/** From the event that led to it to the edge of the box. */
function Edge({ box: { x, y, from }, step }: { box: Box; step: number }) {
  if (!from) return null;
  const bend = from.x + step / 2;
  const into = y + BOX.head / 2 + BOX.pad;
  return (
    <>
      <path className="edge" d={`M${bend} ${from.y} V${into} H${x - 5}`} />
      <path className="tip" d={`M${x - 1} ${into} l-7 -4 v8 z`} />
    </>
  );
}

function Drawn({ box, wide, here }: { box: Box; wide: number; here: number }) {
  const { x, y, command } = box;
  const who = useActorText(command.actor);
  const letters = Math.floor((wide - 2 * BOX.side) / LETTER);
  const isHere = command.lines.some(({ events }) => events.some(({ position }) => position === here));
  return (
    <g>
      <rect
        className={isHere ? "box here" : "box"}
        x={x + 1}
        y={y + 1}
        width={wide - 2}
        height={box.height - 2}
        rx={6}
      />
      <text className="quiet" x={x + BOX.side} y={y + BOX.pad + BOX.base}>
        {shortened(who, letters)}
      </text>
      {command.lines.map((line, at) => (
        <LineOf
          key={line.events[0]?.position}
          line={line}
          here={here}
          x={x + BOX.side}
          y={y + BOX.pad + BOX.head + at * BOX.line + BOX.base}
          letters={letters}
        />
      ))}
    </g>
  );
}

type LineProps = { line: Line; here: number; x: number; y: number; letters: number };

function LineOf({ line, here, x, y, letters }: LineProps) {
  const words = useWords("events");
  const deed = useDeed();
  const [first] = line.events;
  if (!first) return null;
  const text =
    line.events.length > 1
      ? words("many", { count: line.events.length, name: line.name })
      : `${first.position}  ${deed(first)}`;
  const to =
    line.events.length > 1
      ? { to: "/events", search: { causation_id: first.causation_id, name: line.name } }
      : { to: "/events/$position", params: { position: String(first.position) } };
  return (
    <SvgLink to={to} isHere={first.position === here && line.events.length === 1}>
      <text x={x} y={y}>
        {shortened(text, letters)}
      </text>
    </SvgLink>
  );
}

type SvgLinkProps = { to: object; isHere: boolean; children: ReactNode };

/** A link of the app within a drawing. */
function SvgLink({ to, isHere, children }: SvgLinkProps) {
  const { href, onClick, onFocus, onMouseEnter } = useLinkProps(to as never) as {
    href: string;
    onClick: () => void;
    onFocus: () => void;
    onMouseEnter: () => void;
  };
  return (
    <a href={href} aria-current={isHere ? "page" : undefined} {...{ onClick, onFocus, onMouseEnter }}>
      {children}
    </a>
  );
}

function shortened(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, Math.max(letters - 1, 1))}…`;
}
