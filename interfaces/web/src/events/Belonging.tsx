import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useMay } from "../shared/api/me";
import { useDeed } from "../shared/ui/deeds";
import { Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Actor } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { CauseGraph } from "./CauseGraph";
import { type Command, causes, type Line } from "./causes";
import { catalogueQuery, correlationQuery, type EventRow, reactionsQuery } from "./queries";

/** All events of the same correlation: what led to what, as a graph and as a list. */
export function Belonging({ event }: { event: EventRow }) {
  const words = useWords("events");
  const all = useQuery(correlationQuery(event.correlation_id));
  return (
    <Section
      title={words("graph")}
      actions={
        <Link to="/events" search={{ correlation_id: event.correlation_id } as never}>
          {words("wholeCorrelation")}
        </Link>
      }
    >
      <p className="quiet small">{words("graphLead")}</p>
      <Shown query={all}>
        {({ data }) => <Drawn events={data.data as EventRow[]} total={data.page.count ?? 0} here={event} />}
      </Shown>
    </Section>
  );
}

function Drawn({ events, total, here }: { events: EventRow[]; total: number; here: EventRow }) {
  const words = useWords("events");
  const mayRead = useMay("reactions:read");
  const reactions = useQuery(reactionsQuery(here.correlation_id, mayRead));
  const catalogue = useQuery(catalogueQuery);
  const roots = useMemo(() => {
    const shown = events.some(({ position }) => position === here.position) ? events : [...events, here];
    return causes(shown, reactions.data ?? [], catalogue.data?.data.data ?? []);
  }, [events, here, reactions.data, catalogue.data]);
  // Drawn once it is known what led to what: boxes that move are read wrongly.
  if ((mayRead && reactions.isPending) || catalogue.isPending) return null;
  return (
    <>
      <CauseGraph roots={roots} here={here.position} />
      {total > events.length && (
        <p className="small quiet">{words("graphMore", { count: count(total - events.length) })}</p>
      )}
      <details>
        <summary>{words("asList")}</summary>
        <Listed commands={roots} here={here.position} />
      </details>
    </>
  );
}

function Listed({ commands, here }: { commands: Command[]; here: number }) {
  const words = useWords("events");
  return (
    <ul>
      {commands.map((command) => (
        <li key={command.causation}>
          <Actor actor={command.actor} />
          {command.because !== undefined && ` ${words("because", { position: command.because })}`}
          <ul>
            {command.lines.map((line) => (
              <li key={line.events[0]?.position}>
                <LineLink line={line} here={here} />
              </li>
            ))}
          </ul>
          {command.children.length > 0 && <Listed commands={command.children} here={here} />}
        </li>
      ))}
    </ul>
  );
}

function LineLink({ line, here }: { line: Line; here: number }) {
  const words = useWords("events");
  const deed = useDeed();
  const [first] = line.events;
  if (!first) return null;
  if (line.events.length > 1) {
    const search = { causation_id: first.causation_id, name: line.name };
    return (
      <Link to="/events" search={search as never}>
        {words("many", { count: line.events.length, name: line.name })}
      </Link>
    );
  }
  return (
    <Link
      to="/events/$position"
      params={{ position: String(first.position) }}
      aria-current={first.position === here ? "page" : undefined}
    >
      {first.position} {deed(first)}
    </Link>
  );
}
