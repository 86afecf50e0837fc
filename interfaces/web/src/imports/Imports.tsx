import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useMay } from "../shared/api/me";
import { Page } from "../shared/ui/Page";
import { Pager } from "../shared/ui/Pager";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Views } from "../shared/ui/Views";
import { Day, Moment, Status } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { choice, label } from "../shared/words/names";
import { KINDS } from "./kinds";
import { freshnessQuery, type Import, importsQuery } from "./queries";

export const MOODS = {
  scheduled: "wait",
  running: "wait",
  completed: "good",
  rejected: "bad",
  reverted: "quiet",
} as const;

/** All runs, of files that were handed in and of nights. */
export function Imports() {
  const words = useWords("imports");
  const go = useNavigate();
  const { query, one, change } = useView();
  const runs = useQuery(importsQuery(query));
  const mayImport = useMay(...KINDS.map(({ needs }) => needs));
  const columns = useColumns();
  const hasFilters = one("kind") !== "" || one("trigger[is_null]") !== "";
  return (
    <Page
      title={words("title")}
      lead={words("lead")}
      actions={
        mayImport && (
          <Link to="/imports/new" className="button main">
            {words("new")}
          </Link>
        )
      }
    >
      <Freshness />
      <Views
        label={words("views")}
        tabs={[
          {
            name: words("all"),
            changes: { kind: undefined, "trigger[is_null]": undefined },
            isCurrent: !hasFilters,
          },
          ...KINDS.map(({ name }) => ({
            name: label(name),
            changes: { kind: name, "trigger[is_null]": undefined },
            isCurrent: one("kind") === name,
          })),
          {
            name: words("nightly"),
            changes: { kind: undefined, "trigger[is_null]": "false" },
            isCurrent: one("trigger[is_null]") === "false",
          },
        ]}
      />
      <Shown query={runs}>
        {({ data }) =>
          data.data.length ? (
            <>
              <Table
                label={words("title")}
                rows={data.data as Import[]}
                columns={columns}
                rowKey={(run) => run.uid}
                onOpen={(run) => void go({ to: "/imports/$id", params: { id: run.uid } })}
                sort={one("sort") || "-started_at"}
                onSort={(sort) => change({ sort })}
              />
              <Pager label={words("title")} page={data.page} />
            </>
          ) : (
            <Empty>{words("noRuns")}</Empty>
          )
        }
      </Shown>
    </Page>
  );
}

function useColumns(): Column<Import>[] {
  const words = useWords("imports");
  return useMemo(
    () => [
      {
        name: "file_name",
        label: words("file"),
        cell: (run) => (
          <Link to="/imports/$id" params={{ id: run.uid }}>
            {run.file_name ?? words("noFile")}
          </Link>
        ),
      },
      { name: "kind", label: words("kind"), sortable: true, cell: (run) => label(run.kind) },
      { name: "source", label: words("source"), sortable: true, cell: (run) => run.source },
      {
        name: "status",
        label: words("status"),
        sortable: true,
        cell: (run) => <Status mood={MOODS[run.status]}>{choice(run.status)}</Status>,
      },
      { name: "rows", label: words("rows"), amount: true, sortable: true, cell: (run) => count(run.rows) },
      { name: "imported", label: words("imported"), amount: true, sortable: true, cell: (run) => count(run.imported) },
      {
        name: "already_known",
        label: words("known"),
        amount: true,
        sortable: true,
        cell: (run) => count(run.already_known),
      },
      {
        name: "quarantined",
        label: words("aside"),
        amount: true,
        sortable: true,
        cell: (run) =>
          run.quarantined ? (
            <Link to="/rejects" search={{ import_id: run.uid } as never}>
              {count(run.quarantined)}
            </Link>
          ) : (
            count(0)
          ),
      },
      { name: "bad_rows", label: words("bad"), amount: true, sortable: true, cell: (run) => count(run.bad_rows) },
      {
        name: "started_at",
        label: words("started"),
        sortable: true,
        cell: (run) => <Moment at={run.started_at} />,
      },
    ],
    [words],
  );
}

/** Whether the nightly transactions are there, up to which day. */
function Freshness() {
  const words = useWords("imports");
  const freshness = useQuery(freshnessQuery);
  if (!freshness.data) return null;
  const { last_good_day: day, lag_days: lag, next_run: next } = freshness.data.data;
  return (
    <p className={`notice ${lag ? "wait" : day ? "good" : ""}`}>
      {day ? words.rich("freshTo", { day: () => <Day on={day} /> }) : words("neverFresh")}{" "}
      {lag ? words("freshLag", { days: lag }) : null}{" "}
      {next ? words.rich("nextRun", { at: () => <Moment at={next} /> }) : words("noNextRun")}
    </p>
  );
}
