/** The facts behind one thing, the newest first: who did what, when, and the event that says so. */

import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/me";
import { asking } from "../api/queries";
import { useWords } from "../words";
import { label, valueText } from "../words/names";
import { Section } from "./Page";
import { Empty, Shown } from "./States";
import "./timeline.css";
import { Moment } from "./values";
import { Who } from "./Who";

export type EventView = Schemas["EventView"];
/** How an event is told: a sentence, what else matters of it, and the name of who did it, where it is known. */
export type Telling = (
  event: EventView,
) => { what: ReactNode; detail?: ReactNode; who?: string | undefined } | undefined;

/** `path` is that of the thing, such as `/reimbursements/4711`; `beside` are things whose history belongs to it. */
export function Timeline({ path, beside = [], telling }: { path: string; beside?: string[]; telling?: Telling }) {
  const words = useWords("shared");
  const histories = useQueries({
    queries: [path, ...beside].map((one) =>
      // The paths of histories differ by thing and answer the same.
      asking(["history", one], (signal) =>
        api.GET(`${one}/history` as "/expenses/{record_id}/history", askPlain(signal)),
      ),
    ),
    combine: (answers) => ({
      of: answers[0],
      events: answers.flatMap(({ data }) => data?.data.data ?? []).toSorted((a, b) => b.position - a.position),
    }),
  });
  return (
    <Section title={words("history")}>
      {histories.of && (
        <Shown query={histories.of}>{() => <Happened events={histories.events} telling={telling} />}</Shown>
      )}
    </Section>
  );
}

/** Events, the newest first. */
export function Happened({ events, telling }: { events: EventView[]; telling?: Telling | undefined }) {
  if (!events.length) return <Empty />;
  return (
    <ol className="timeline">
      {events.map((event) => (
        <Entry key={event.position} event={event} telling={telling} />
      ))}
    </ol>
  );
}

const askPlain = (signal: AbortSignal) => ({ params: { path: { record_id: "" } }, signal });

function Entry({ event, telling }: { event: EventView; telling: Telling | undefined }) {
  const words = useWords("shared");
  const maySeeEvents = useMay("events:read");
  const told: ReturnType<Telling> & object = telling?.(event) ?? {
    what: label(event.name.replace(/\.v\d+$/, "").replaceAll(".", " ")),
  };
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
        <Who actor={event.actor} name={told.who} />
        {maySeeEvents && (
          <Link to="/events/$position" params={{ position: String(event.position) }}>
            {words("event", { position: event.position })}
          </Link>
        )}
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
