import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useMay } from "../shared/api/me";
import { Page } from "../shared/ui/Page";
import { Pager } from "../shared/ui/Pager";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Views } from "../shared/ui/Views";
import { Moment, type Mood, Status } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { label } from "../shared/words/names";
import { Decide } from "./Decide";
import "./operations.css";
import { type Reaction, reactionsQuery, readyQuery } from "./queries";

export const MOODS: Record<Reaction["state"], Mood> = {
  pending: "wait",
  running: "wait",
  done: "good",
  parked: "bad",
  discarded: "quiet",
};

const STATES = ["parked", "overdue", "pending", "running", "done", "discarded"] as const;
type State = (typeof STATES)[number];
/** What is done stays done, and what runs is left alone. */
const DECIDABLE = new Set<State>(["parked", "overdue", "pending"]);

/** What Daybook does because something was recorded: what waits for somebody first. */
export function Reactions() {
  const words = useWords("operations");
  const go = useNavigate();
  const { query, one, change } = useView();
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const mayDecide = useMay("reactions:manage");
  const state = viewed(one("state"), one("due_at[lt]"));
  const reactions = useQuery(reactionsQuery({ ...query, ...(!one("state") && { state: "parked" }) }));
  const columns = useColumns();
  const rows = (reactions.data?.data.data ?? []) as Reaction[];

  // biome-ignore lint/correctness/useExhaustiveDependencies: another state shows other rows
  useEffect(() => choose(new Set()), [state]);

  return (
    <Page title={words("reactions")} lead={words("reactionsLead")}>
      <States current={state} />
      {mayDecide && DECIDABLE.has(state) && (
        <Decide reactions={rows.filter(({ uid }) => chosen.has(uid))} onDone={() => choose(new Set())} isSelection />
      )}
      <Shown query={reactions}>
        {({ data }) =>
          rows.length ? (
            <>
              <Table
                label={words("reactions")}
                rows={rows}
                columns={columns}
                rowKey={({ uid }) => uid}
                rowName={({ id }) => String(id)}
                onOpen={({ id }) => void go({ to: "/reactions/$id", params: { id: String(id) } })}
                selection={mayDecide && DECIDABLE.has(state) ? { chosen, choose } : undefined}
                sort={one("sort")}
                onSort={(sort) => change({ sort })}
              />
              <Pager label={words("reactions")} page={data.page} />
            </>
          ) : (
            <Empty>{words(`empty.${state}`)}</Empty>
          )
        }
      </Shown>
    </Page>
  );
}

function viewed(state: string, due: string): State {
  if (due) return "overdue";
  return STATES.find((one) => one === state) ?? "parked";
}

function States({ current }: { current: State }) {
  const words = useWords("operations");
  const ready = useQuery(readyQuery);
  const counts = ready.data?.reactions as Partial<Record<State, number>> | undefined;
  return (
    <Views
      label={words("views")}
      tabs={STATES.map((state) => ({
        name:
          counts?.[state] === undefined
            ? words(`states.${state}`)
            : `${words(`states.${state}`)} (${count(counts[state])})`,
        changes:
          state === "overdue"
            ? { state: "pending", "due_at[lt]": new Date().toISOString(), sort: "due_at" }
            : { state, "due_at[lt]": undefined, sort: undefined },
        isCurrent: state === current,
      }))}
    />
  );
}

function useColumns(): Column<Reaction>[] {
  const words = useWords("operations");
  return useMemo(
    () => [
      {
        name: "kind",
        label: words("what"),
        sortable: true,
        cell: ({ id, kind }) => (
          <Link to="/reactions/$id" params={{ id: String(id) }}>
            {label(kind)}
          </Link>
        ),
      },
      {
        name: "state",
        label: words("state"),
        cell: ({ state }) => <Status mood={MOODS[state]}>{words(`state_of.${state}`)}</Status>,
      },
      {
        name: "last_error",
        label: words("lastError"),
        cell: ({ last_error }) => <span title={last_error ?? undefined}>{last_error ?? "–"}</span>,
      },
      {
        name: "failures",
        label: words("failures"),
        amount: true,
        sortable: true,
        cell: ({ failures }) => count(failures),
      },
      { name: "due_at", label: words("due"), sortable: true, cell: ({ due_at }) => <Moment at={due_at} /> },
      {
        name: "position",
        label: words("because"),
        amount: true,
        cell: ({ position }) => (
          <Link to="/events/$position" params={{ position: String(position) }}>
            {words("event", { position: String(position) })}
          </Link>
        ),
      },
    ],
    [words],
  );
}
