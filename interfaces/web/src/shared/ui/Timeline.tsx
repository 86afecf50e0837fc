/** The facts behind one thing, the newest first: who did what, when, and the event that says so. */

import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, type Schemas } from "../api/client";
import { useMay } from "../api/me";
import { asking } from "../api/queries";
import { useWords } from "../words";
import { ago, exactly } from "../words/format";
import { label, valueText } from "../words/names";
import { otherFacts, useDeed, useIsTold } from "./deeds";
import { Section } from "./Page";
import { Empty, Shown } from "./States";
import "./timeline.css";
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
    combine: (answers) => ({ of: answers[0], events: answers.flatMap(({ data }) => data?.data.data ?? []) }),
  });
  return (
    <Section title={words("history")}>
      {histories.of && (
        <Shown query={histories.of}>{() => <Entries events={histories.events} telling={telling} />}</Shown>
      )}
    </Section>
  );
}

const askPlain = (signal: AbortSignal) => ({ params: { path: { record_id: "" } }, signal });

type EntriesProps = { events: EventView[]; telling?: Telling | undefined; current?: number };

/** Events of one thing, whatever asked for them; `current` is the position of the one that is open. */
export function Entries({ events, telling, current }: EntriesProps) {
  if (!events.length) return <Empty />;
  return (
    <ol className="timeline">
      {events
        .toSorted((one, other) => other.position - one.position)
        .map((event) => (
          <Entry key={event.position} event={event} telling={telling} isCurrent={event.position === current} />
        ))}
    </ol>
  );
}

type EntryProps = { event: EventView; telling: Telling | undefined; isCurrent: boolean };

function Entry({ event, telling, isCurrent }: EntryProps) {
  const deed = useDeed();
  const told: ReturnType<Telling> & object = telling?.(event) ?? { what: deed(event) };
  return (
    <li aria-current={isCurrent || undefined}>
      <div className="row spread">
        <span>
          <strong>{told.what}</strong> <Who actor={event.actor} name={told.who} />
        </span>
        <When event={event} />
      </div>
      {told.detail ?? <Told event={event} />}
    </li>
  );
}

/** How long ago, and the exact time for whoever rests on it; it leads those who may read the log to the event. */
function When({ event }: { event: EventView }) {
  const words = useWords("shared");
  const mayOpen = useMay("events:read");
  const exact = exactly(event.recorded_at);
  const time = <time dateTime={event.recorded_at}>{ago(event.recorded_at)}</time>;
  if (!mayOpen) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time shows on focus
      <span className="when small quiet" data-exact={exact} tabIndex={0}>
        {time}
        <span className="heard">{exact}</span>
      </span>
    );
  }
  return (
    <Link
      className="when small"
      data-exact={exact}
      to="/events/$position"
      params={{ position: String(event.position) }}
    >
      {time}
      <span className="heard">
        {exact}, {words("event", { position: event.position })}
      </span>
    </Link>
  );
}

function Told({ event }: { event: EventView }) {
  const isTold = useIsTold();
  const facts = otherFacts(event, isTold(event.name));
  if (!facts.length) return null;
  return (
    <p className="small">
      {facts.map(([name, value], place) => (
        <span key={name}>
          {place > 0 && " · "}
          <span className="quiet">{label(name)}</span> {valueText(value)}
        </span>
      ))}
    </p>
  );
}
