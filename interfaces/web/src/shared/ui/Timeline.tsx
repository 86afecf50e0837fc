/** The facts behind one thing, the newest first: who did what, when, and the event that says so. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, type Schemas } from "../api/client";
import { asking } from "../api/queries";
import { useWords } from "../words";
import { label, valueText } from "../words/names";
import { Section } from "./Page";
import { Empty, Shown } from "./States";
import "./timeline.css";
import { Moment } from "./values";
import { Who } from "./Who";

export type EventView = Schemas["EventView"];
/** How an event is told: a sentence, and what else matters of it. */
export type Telling = (event: EventView) => { what: ReactNode; detail?: ReactNode } | undefined;

/** `path` is that of the thing, such as `/reimbursements/4711`. */
export function Timeline({ path, telling }: { path: string; telling?: Telling }) {
  const words = useWords("shared");
  const history = useQuery(
    // The paths of histories differ by thing and answer the same.
    asking(["history", path], (signal) =>
      api.GET(`${path}/history` as "/expenses/{record_id}/history", askPlain(signal)),
    ),
  );
  return (
    <Section title={words("history")}>
      <Shown query={history}>{({ data }) => <Happened events={data.data} telling={telling} />}</Shown>
    </Section>
  );
}

/** Events in the order of the log, shown the other way round. */
export function Happened({ events, telling }: { events: EventView[]; telling?: Telling | undefined }) {
  if (!events.length) return <Empty />;
  return (
    <ol className="timeline">
      {events.toReversed().map((event) => (
        <Entry key={event.position} event={event} telling={telling} />
      ))}
    </ol>
  );
}

const askPlain = (signal: AbortSignal) => ({ params: { path: { record_id: "" } }, signal });

function Entry({ event, telling }: { event: EventView; telling: Telling | undefined }) {
  const words = useWords("shared");
  const told = telling?.(event) ?? { what: label(event.name.replace(/\.v\d+$/, "").replaceAll(".", " ")) };
  return (
    <li>
      <div className="row spread">
        <strong>{told.what}</strong>
        <span className="small quiet">
          <Moment at={event.recorded_at} /> (<Moment at={event.recorded_at} relative />)
        </span>
      </div>
      {told.detail ?? <Told data={event.data} />}
      <div className="row small quiet">
        <Who actor={event.actor} />
        <Link to="/events/$position" params={{ position: String(event.position) }}>
          {words("event", { position: event.position })}
        </Link>
      </div>
    </li>
  );
}

/** What an event says, without ids: those are behind its link. */
function Told({ data }: { data: unknown }) {
  const members = Object.entries((data ?? {}) as Record<string, unknown>).filter(
    ([name, value]) => value !== null && typeof value !== "object" && !/(^|_)(u?ids?|at)$/.test(name),
  );
  if (!members.length) return null;
  return (
    <p className="small">
      {members.map(([name, value], place) => (
        <span key={name}>
          {place > 0 && " · "}
          <span className="quiet">{label(name)}</span> {valueText(value)}
        </span>
      ))}
    </p>
  );
}
