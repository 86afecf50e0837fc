import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { Query } from "../shared/address";
import { useMay } from "../shared/api/me";
import { Page } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { Thing } from "../shared/ui/Thing";
import { Entries, Timeline } from "../shared/ui/Timeline";
import { useWords } from "../shared/words";
import { Finder } from "./Finder";
import "./events.css";
import { type EventRow, streamQuery } from "./queries";
import { collectionOf } from "./things";

/** Every fact about one thing, named by its uuid or as `expenses/4711`. */
export function History() {
  const words = useWords("events");
  const mayFind = useMay("events:read");
  const { thing } = useSearch({ strict: false }) as Query;
  const text = typeof thing === "string" ? thing : "";
  return (
    <Page title={text ? words("historyOf", { thing: text }) : words("historyTitle")} lead={words("historyLead")}>
      {mayFind && <Finder />}
      {text.includes("/") ? <OfRecord key={text} path={text} /> : text && <OfStream stream={text} />}
    </Page>
  );
}

function OfRecord({ path }: { path: string }) {
  const words = useWords("events");
  const place = path.lastIndexOf("/");
  return (
    <>
      <p>
        <Thing of={path.slice(0, place)} id={path.slice(place + 1)}>
          {words("record")}
        </Thing>
      </p>
      <Timeline path={`/${path}`} />
    </>
  );
}

function OfStream({ stream }: { stream: string }) {
  const words = useWords("events");
  const events = useQuery(streamQuery(stream));
  return (
    <Shown query={events}>
      {({ data }) => {
        const rows = data.data as EventRow[];
        const of = collectionOf(rows[0]?.name ?? "");
        if (!rows.length) return <Empty>{words("noHistory")}</Empty>;
        return (
          <>
            <p className="row">
              {of && (
                <Thing of={of} id={stream}>
                  {words("record")}
                </Thing>
              )}
              <Link to="/events" search={{ stream_id: stream } as never}>
                {words("wholeStream")}
              </Link>
            </p>
            <Entries events={rows} />
          </>
        );
      }}
    </Shown>
  );
}
