import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Timeline } from "../shared/ui/Timeline";
import { Facts, Moment, Money, Status } from "../shared/ui/values";
import { Who } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { choice, label } from "../shared/words/names";
import { MOODS } from "./Imports";
import "./imports.css";
import { type Fault, type Import, importQuery, type Sums } from "./queries";
import { Revert } from "./Revert";
import { RunLog } from "./RunLog";
import { bytes } from "./sizes";

/** One run: what became of its rows, in numbers and sums, and all that is known of how. */
export function Run() {
  const { id } = useParams({ from: "/signed-in/imports/$id" });
  const run = useQuery(importQuery(id));
  return <Shown query={run}>{({ data }) => <Told run={data as Import} />}</Shown>;
}

function Told({ run }: { run: Import }) {
  const words = useWords("imports");
  const mayRevert = useMay("imports:revert");
  const name = run.file_name ?? words("noFile");
  const isOpen = run.status === "running" || run.status === "scheduled";
  return (
    <Page
      title={name}
      lead={words("runLead", { kind: label(run.kind), source: run.source })}
      actions={mayRevert && run.status === "completed" && !run.built_on && <Revert run={run} />}
    >
      <div role="status">
        <Status mood={MOODS[run.status]}>{choice(run.status)}</Status>
        {isOpen && <p>{words("underWay")}</p>}
      </div>
      {run.detail && (
        <div className={`notice ${run.status === "rejected" ? "bad" : ""}`}>
          <p>{run.detail}</p>
        </div>
      )}
      {run.quarantined > 0 && (
        <p className="notice wait">
          {words("hasRejects", { count: run.quarantined })}{" "}
          <Link to="/rejects" search={{ import_id: run.uid } as never}>
            {words("toRejects")}
          </Link>
        </p>
      )}
      <div className="columns">
        <Counts run={run} />
        <Section title={words("about")}>
          <About run={run} />
        </Section>
      </div>
      <SumsTable sums={(run.sums ?? {}) as Sums} />
      <Steps run={run} />
      <Faults faults={(run.faults ?? []) as Fault[]} />
      <RunLog run={run} />
      {!isOpen && <Timeline path={`/imports/${run.uid}`} />}
    </Page>
  );
}

const PARTS = ["imported", "already_known", "corrected", "duplicates", "quarantined", "bad_rows"] as const;
type Part = { part: (typeof PARTS)[number]; rows: number };

/** What became of the rows; together they are all of the file. */
function Counts({ run }: { run: Import }) {
  const words = useWords("imports");
  const columns: Column<Part>[] = [
    { name: "part", label: words("became"), cell: ({ part }) => words(`parts.${part}`), total: words("inFile") },
    { name: "rows", label: words("rows"), amount: true, cell: ({ rows }) => count(rows), total: count(run.rows) },
  ];
  return (
    <Section title={words("counts")}>
      <Table
        label={words("counts")}
        rows={PARTS.map((part) => ({ part, rows: run[part] }))}
        columns={columns}
        rowKey={({ part }) => part}
        short
      />
    </Section>
  );
}

function About({ run }: { run: Import }) {
  const words = useWords("imports");
  const readAs = Object.entries((run.read_as ?? {}) as Record<string, string>);
  const options = Object.entries((run.options ?? {}) as Record<string, string>);
  const pairs = (entries: [string, string][]) =>
    entries.length ? entries.map(([name, value]) => `${label(name)} ${value}`).join(" · ") : null;
  return (
    <Facts
      facts={[
        [words("started"), <Moment key="at" at={run.started_at} />],
        [words("took"), run.duration_ms === null ? null : words("seconds", { seconds: run.duration_ms / 1000 })],
        [words("handedIn"), <Who key="who" actor={run.actor} />],
        [words("mode"), words(`modes.${run.mode}`)],
        [words("size"), run.size_bytes === null ? null : bytes(run.size_bytes)],
        [words("readAs"), pairs(readAs)],
        [words("declared"), pairs(options)],
        ...(run.trigger === null ? [] : scheduled(run, words)),
        [words("digest"), run.sha256 && <code key="sha">{run.sha256}</code>],
      ]}
    />
  );
}

function scheduled(run: Import, words: ReturnType<typeof useWords<"imports">>): [string, React.ReactNode][] {
  return [
    [words("trigger"), choice(run.trigger ?? "")],
    [words("location"), run.location],
    [words("night"), run.interval_start && <Moment key="night" at={run.interval_start} />],
    [words("version"), run.code_version],
  ];
}

type SumRow = { currency: string } & Sums[string];

function SumsTable({ sums }: { sums: Sums }) {
  const words = useWords("imports");
  const rows: SumRow[] = Object.entries(sums).map(([currency, each]) => ({ currency, ...each }));
  if (!rows.length) return null;
  const parts = ["read", "loaded", "unchanged", "corrected", "duplicates", "quarantined"] as const;
  const columns: Column<SumRow>[] = [
    { name: "currency", label: words("currency"), cell: ({ currency }) => currency },
    ...parts.map(
      (part): Column<SumRow> => ({
        name: part,
        label: words(`sums.${part}`),
        amount: true,
        cell: (row) => <Money amount={row[part]} currency={row.currency} />,
      }),
    ),
  ];
  return (
    <Section title={words("sumsTitle")}>
      <Table label={words("sumsTitle")} rows={rows} columns={columns} rowKey={({ currency }) => currency} short />
    </Section>
  );
}

type Step = { step?: string; started_at?: string; finished_at?: string; rows?: number };

/** The steps of a nightly run that other processes carried out. */
function Steps({ run }: { run: Import }) {
  const words = useWords("imports");
  const steps = (run.steps ?? []) as Step[];
  if (!steps.length) return null;
  const nameOf = (step: Step) => step.step ?? "";
  return (
    <Section title={words("steps")}>
      <Table
        label={words("steps")}
        rows={steps}
        rowKey={nameOf}
        columns={[
          { name: "name", label: words("step"), cell: (step) => choice(nameOf(step)) },
          { name: "rows", label: words("rows"), amount: true, cell: (step) => count(step.rows ?? 0) },
          {
            name: "at",
            label: words("started"),
            cell: ({ started_at }) => (started_at ? <Moment at={started_at} /> : null),
          },
          {
            name: "end",
            label: words("ended"),
            cell: ({ finished_at }) => (finished_at ? <Moment at={finished_at} /> : null),
          },
        ]}
        short
      />
    </Section>
  );
}

function Faults({ faults }: { faults: Fault[] }) {
  const words = useWords("imports");
  if (!faults.length) return null;
  const numbered = faults.map((fault, place) => ({ ...fault, place }));
  return (
    <Section title={words("faults", { count: faults.length })}>
      <Table
        label={words("faults", { count: faults.length })}
        rows={numbered}
        rowKey={({ place }) => String(place)}
        columns={[
          { name: "row", label: words("row"), cell: ({ row }) => count(row) },
          { name: "column", label: words("column"), cell: ({ column }) => column },
          { name: "value", label: words("value"), cell: ({ value }) => value },
          { name: "reason", label: words("reason"), cell: ({ reason }) => <span className="wraps">{reason}</span> },
        ]}
        short
      />
      {!faults.length && <Empty />}
    </Section>
  );
}
