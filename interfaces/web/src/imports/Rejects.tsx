import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useMay } from "../shared/api/me";
import { Button } from "../shared/ui/Button";
import { Choice } from "../shared/ui/Fields";
import { Page } from "../shared/ui/Page";
import { Pager } from "../shared/ui/Pager";
import { Empty, Shown, Trouble } from "../shared/ui/States";
import { Table } from "../shared/ui/Table";
import { Views } from "../shared/ui/Views";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { choice, label } from "../shared/words/names";
import "./imports.css";
import { importQuery, type Reject, rejectFacetsQuery, rejectsQuery } from "./queries";
import { useRejectColumns } from "./rejectColumns";
import { useReplay } from "./replay";

const OPEN = "quarantined,corrected";

/** Rows that were put aside: corrected where they stand, and replayed. */
export function Rejects() {
  const words = useWords("imports");
  const { query, one } = useView();
  const mayCorrect = useMay("rejects:correct");
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const run = one("import_id");
  const status = one("status[in]") || (one("status") === "" ? OPEN : "");
  const kind = useKind(run);
  const asked = { ...query, ...(status && { "status[in]": status }), ...(kind && { kind }) };
  if (!status) delete asked["status[in]"];
  const rejects = useQuery(rejectsQuery(asked));
  const replay = useReplay();
  const columns = useRejectColumns((rejects.data?.data.data ?? []) as Reject[], mayCorrect, replay);
  const isOpen = status === OPEN;
  const reason = one("reason");

  // What is shown no more is not selected either.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query shows other rows
  useEffect(() => choose(new Set()), [JSON.stringify(asked)]);

  return (
    <Page title={words("rejects")} lead={words("rejectsLead")}>
      <Views
        label={words("views")}
        tabs={[
          { name: words("openRejects"), changes: { "status[in]": undefined, status: undefined }, isCurrent: isOpen },
          {
            name: words("replayedRejects"),
            changes: { "status[in]": undefined, status: "replayed" },
            isCurrent: !isOpen,
          },
        ]}
      />
      <Filters kind={kind} run={run} status={status || "replayed"} />
      {replay.error ? <Trouble error={replay.error} /> : null}
      <div role="status">{replay.summary && <p className="notice good">{replay.summary}</p>}</div>
      <Shown query={rejects}>
        {({ data }) =>
          data.data.length ? (
            <>
              {mayCorrect && isOpen && (
                <div className="row">
                  <Button
                    kind="main"
                    isDisabled={!chosen.size}
                    isPending={replay.isPending}
                    onPress={() => replay.some([...chosen])}
                  >
                    {words("replayChosen", { count: chosen.size })}
                  </Button>
                  {reason && (
                    <Button
                      isPending={replay.isPending}
                      onPress={() => replay.all({ reason, ...(run && { import_id: run }) })}
                    >
                      {words("replayReason", { reason: choice(reason) })}
                    </Button>
                  )}
                  {run && !reason && (
                    <Button isPending={replay.isPending} onPress={() => replay.all({ import_id: run })}>
                      {words("replayRun")}
                    </Button>
                  )}
                </div>
              )}
              <Table
                label={words("rejects")}
                rows={data.data as Reject[]}
                columns={columns}
                rowKey={({ uid }) => uid}
                rowName={({ row }) => count(row)}
                selection={mayCorrect && isOpen ? { chosen, choose } : undefined}
              />
              <Pager label={words("rejects")} page={data.page} beside={<Link to="/imports">{words("toRuns")}</Link>} />
            </>
          ) : (
            <Empty action={<Link to="/imports">{words("toRuns")}</Link>}>
              {isOpen ? words("noRejects") : words("noReplayed")}
            </Empty>
          )
        }
      </Shown>
    </Page>
  );
}

/** Rows of one kind have the same columns, so one kind is shown at a time: the one asked for, else the most frequent. */
function useKind(run: string): string {
  const { one } = useView();
  const facets = useQuery(rejectFacetsQuery(run ? { import_id: run } : { "status[in]": OPEN }));
  const found = facets.data?.data.data.find(({ name }) => name === "kind")?.values ?? [];
  return one("kind") || String(found[0]?.value ?? "");
}

function Filters({ kind, run, status }: { kind: string; run: string; status: string }) {
  const words = useWords("imports");
  const { one, change } = useView();
  const within = { "status[in]": status, ...(run && { import_id: run }) };
  const kinds = useQuery(rejectFacetsQuery(within));
  const facets = useQuery(rejectFacetsQuery({ ...within, ...(kind && { kind }) }));
  const options = (name: string, of: typeof facets) => {
    const counted = new Map<string, number>();
    for (const { value, count: n } of of.data?.data.data.find((one) => one.name === name)?.values ?? []) {
      counted.set(String(value), (counted.get(String(value)) ?? 0) + (n ?? 0));
    }
    return [...counted].map(([value, n]) => ({
      value,
      label: `${name === "source" ? value : name === "kind" ? label(value) : capital(choice(value))} (${count(n)})`,
    }));
  };
  const ofKinds = options("kind", kinds);
  return (
    <div className="filters">
      {ofKinds.length > 1 && (
        <Choice
          name="kind"
          label={words("kind")}
          value={kind}
          options={ofKinds}
          onChange={(value) => change({ kind: value, reason: undefined, source: undefined })}
        />
      )}
      <Choice
        name="reason"
        label={words("reason")}
        value={one("reason")}
        empty={words("everyReason")}
        options={options("reason", facets)}
        onChange={(value) => change({ reason: value })}
      />
      <Choice
        name="source"
        label={words("source")}
        value={one("source")}
        empty={words("everySource")}
        options={options("source", facets)}
        onChange={(value) => change({ source: value })}
      />
      {run && <OfRun run={run} onLeave={() => change({ import_id: undefined })} />}
    </div>
  );
}

function OfRun({ run, onLeave }: { run: string; onLeave: () => void }) {
  const words = useWords("imports");
  const found = useQuery(importQuery(run));
  return (
    <p className="row ofrun">
      <Link to="/imports/$id" params={{ id: run }}>
        {words("ofRun", { name: found.data?.data.file_name ?? "…" })}
      </Link>
      <Button small onPress={onLeave}>
        {words("everyRun")}
      </Button>
    </p>
  );
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
