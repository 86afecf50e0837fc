import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useDeed } from "../shared/ui/deeds";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Thing } from "../shared/ui/Thing";
import { Entries } from "../shared/ui/Timeline";
import { Facts, Moment } from "../shared/ui/values";
import { Actor } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { Belonging } from "./Belonging";
import { DataTree } from "./DataTree";
import "./events.css";
import { aroundQuery, catalogueQuery, type EventRow, eventQuery } from "./queries";
import { collectionOf } from "./things";

/** One event of the log: what it says, what it belongs to, and the stream around it. */
export function Event() {
  const words = useWords("events");
  const deed = useDeed();
  const { position } = useParams({ from: "/signed-in/events/$position" });
  const query = useQuery(eventQuery(position));
  const event = query.data?.data as EventRow | undefined;
  return (
    <Page
      title={words("eventTitle", { position })}
      lead={event && deed(event)}
      actions={
        <Link to="/events" className="button">
          {words("title")}
        </Link>
      }
    >
      <Shown query={query}>{({ data }) => <Whole key={position} event={data as EventRow} />}</Shown>
    </Page>
  );
}

function Whole({ event }: { event: EventRow }) {
  const words = useWords("events");
  return (
    <>
      <Meaning name={event.name} />
      <div className="columns">
        <section className="card stack" aria-label={words("envelope")}>
          <h2>{words("envelope")}</h2>
          <Facts facts={useEnvelope(event)} />
        </section>
        <section className="card stack" aria-label={words("data")}>
          <h2>{words("data")}</h2>
          <DataTree data={event.data} />
        </section>
      </div>
      <Belonging event={event} />
      <Around event={event} />
    </>
  );
}

/** What the catalogue says of its name, and who takes it in. */
function Meaning({ name }: { name: string }) {
  const words = useWords("events");
  const catalogue = useQuery(catalogueQuery);
  const known = catalogue.data?.data.data.find((one) => one.name === name);
  if (!known) return <p className="meaning"> </p>;
  const { read_models: models = [], policies = [] } = known.taken_in_by;
  return (
    <div className="meaning">
      {/* The catalogue is read off the code, whose language is English. */}
      <p lang="en">{withCode(known.meaning)}</p>
      {models.length > 0 && (
        <p className="small quiet">
          {words("readModels")}: <span lang="en">{models.join(", ")}</span>
        </p>
      )}
      {policies.length > 0 && (
        <p className="small quiet">
          {words("policies")}: <span lang="en">{policies.join(", ")}</span>
        </p>
      )}
    </div>
  );
}

/** Names of members stand between backticks in it. */
function withCode(text: string): ReactNode[] {
  return text.split(/`([^`]+)`/).map((part, place) => (place % 2 ? <code key={part}>{part}</code> : part));
}

function useEnvelope(event: EventRow): [ReactNode, ReactNode][] {
  const words = useWords("events");
  const { stream_id, correlation_id, causation_id, actor, name, recorded_at, version } = event;
  const of = collectionOf(name);
  const only = (search: Record<string, string>, text: string) => (
    <Link key={text} to="/events" search={search as never}>
      <code>{text}</code>
    </Link>
  );
  const facts: [ReactNode, ReactNode][] = [
    [words("name"), only({ name }, name)],
    [words("when"), <Moment key="when" at={recorded_at} />],
    [words("who_"), <Whose key="who" actor={actor} />],
    [
      words("version"),
      <span className="number" key="version">
        {version}
      </span>,
    ],
    [words("stream"), only({ stream_id }, stream_id)],
    [words("correlation"), only({ correlation_id }, correlation_id)],
    [words("causation"), only({ causation_id }, causation_id)],
  ];
  if (of) {
    facts.unshift([
      words("about"),
      <Thing key="about" of={of} id={stream_id}>
        {words("record")}
      </Thing>,
    ]);
  }
  return facts;
}

function Whose({ actor }: { actor: string }) {
  return (
    <>
      <Actor actor={actor} />{" "}
      <Link to="/events" search={{ actor } as never} className="small">
        <code>{actor}</code>
      </Link>
    </>
  );
}

function Around({ event }: { event: EventRow }) {
  const words = useWords("events");
  const around = useQuery(aroundQuery(event));
  return (
    <Section
      title={words("around")}
      actions={
        <Link to="/history" search={{ thing: event.stream_id } as never}>
          {words("history")}
        </Link>
      }
    >
      <Shown query={around}>
        {({ data }) => <Entries events={data.data as EventRow[]} current={event.position} />}
      </Shown>
    </Section>
  );
}
