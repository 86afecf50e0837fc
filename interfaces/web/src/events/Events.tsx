import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import type { Query } from "../shared/address";
import { useMay } from "../shared/api/me";
import { Button } from "../shared/ui/Button";
import { useDeed } from "../shared/ui/deeds";
import { Page } from "../shared/ui/Page";
import { Older } from "../shared/ui/Pager";
import { Empty, Shown, Trouble } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Moment, Status } from "../shared/ui/values";
import { Actor } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import "./events.css";
import { EventFilters, Narrowed } from "./EventFilters";
import { Finder } from "./Finder";
import { KEPT_MAX, type Tail, useTail } from "./LiveTail";
import { type EventRow, eventsQuery } from "./queries";

/** The log, the newest first: filtered by its address, and live for whoever wants to watch it. */
export function Events() {
  const words = useWords("events");
  const search = useSearch({ strict: false }) as Query;
  const maySeeSecurity = useMay("security:read");
  return (
    <Page
      title={words("title")}
      lead={words("lead")}
      actions={
        maySeeSecurity && (
          <Link to={"/explore/security-events" as never} className="button">
            {words("security")}
          </Link>
        )
      }
    >
      <Finder />
      <EventFilters search={search} />
      <Narrowed search={search} />
      <Log key={JSON.stringify(search)} search={search} />
    </Page>
  );
}

function Log({ search }: { search: Query }) {
  const list = useQuery({ ...eventsQuery(search), refetchOnWindowFocus: false });
  return (
    <Shown query={list}>
      {({ data }) => <Rows search={search} rows={data.data as EventRow[]} hasOlder={data.page.next !== null} />}
    </Shown>
  );
}

type RowsProps = { search: Query; rows: EventRow[]; hasOlder: boolean };

function Rows({ search, rows, hasOlder }: RowsProps) {
  const words = useWords("events");
  const navigate = useNavigate();
  const columns = useColumns();
  const frame = useRef<HTMLDivElement>(null);
  const isFirst = search["position[lt]"] === undefined;
  const tail = useTail(search, isFirst ? rows[0]?.position : undefined, () => isAtTop(frame.current));
  const top = rows[0]?.position ?? 0;
  const all = [...tail.shown.filter(({ position }) => position > top), ...rows].slice(0, KEPT_MAX);
  return (
    <>
      {isFirst && <Live tail={tail} />}
      <div ref={frame} className="log">
        {all.length ? (
          <Table
            label={words("title")}
            rows={all}
            columns={columns}
            rowKey={({ position }) => String(position)}
            onOpen={({ position }) =>
              void navigate({ to: "/events/$position", params: { position: String(position) } })
            }
          />
        ) : (
          <Empty>{words("none")}</Empty>
        )}
      </div>
      <Older
        label={words("title")}
        search={search}
        member="position[lt]"
        oldest={hasOlder ? rows.at(-1)?.position : undefined}
      />
    </>
  );
}

/** Whether nobody has begun to read further down: only then may rows come in above. */
function isAtTop(frame: HTMLElement | null): boolean {
  const scrolled = frame?.querySelector(".table-frame")?.scrollTop ?? 0;
  return scrolled === 0 && (frame?.getBoundingClientRect().top ?? 0) >= 0 && !frame?.contains(document.activeElement);
}

/** The switch to follow the log, what waits to be shown, and the pause. */
function Live({ tail }: { tail: Tail }) {
  const words = useWords("events");
  const waiting = tail.waiting.length;
  return (
    <div className="row live">
      <label className="check">
        <input
          type="checkbox"
          role="switch"
          aria-checked={tail.isLive}
          checked={tail.isLive}
          onChange={(event) => tail.turn(event.target.checked)}
        />
        {words("live")} <span className="quiet small">{words("liveHint")}</span>
      </label>
      {tail.isLive && (
        <Button small onPress={() => tail.pause(!tail.isPaused)}>
          {words(tail.isPaused ? "goOn" : "pause")}
        </Button>
      )}
      <span role="status">
        {tail.isLive &&
          (tail.isPaused ? (
            <Status mood="wait">{words("paused", { count: waiting })}</Status>
          ) : (
            <Status mood="good">{words("following")}</Status>
          ))}
      </span>
      {waiting > 0 && (
        <Button small kind="main" onPress={tail.take}>
          {words("showNew", { count: waiting })}
        </Button>
      )}
      {tail.shown.length >= KEPT_MAX && (
        <span className="small quiet">{words("kept", { count: count(KEPT_MAX) })}</span>
      )}
      {tail.error !== undefined && <Trouble error={tail.error} retry={() => tail.turn(true)} />}
    </div>
  );
}

function useColumns(): Column<EventRow>[] {
  const words = useWords("events");
  const deed = useDeed();
  return [
    {
      name: "position",
      label: words("position"),
      cell: ({ position }) => (
        <Link to="/events/$position" params={{ position: String(position) }} className="number">
          {position}
        </Link>
      ),
    },
    { name: "what", label: words("what"), cell: (event) => deed(event) },
    { name: "name", label: words("name"), cell: ({ name }) => <code>{name}</code> },
    { name: "actor", label: words("who_"), cell: ({ actor }) => <Actor actor={actor} /> },
    { name: "recorded_at", label: words("when"), cell: ({ recorded_at }) => <Moment at={recorded_at} /> },
  ];
}
