import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useState } from "react";
import { api, Refused } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import type { Column } from "../shared/ui/Table";
import { say } from "../shared/ui/toasts";
import { Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { choice } from "../shared/words/names";
import type { Fault, Reject } from "./queries";
import type { Outcome, Replay } from "./replay";

type Cells = Record<string, string>;

/** The columns of rejects of one kind: what is wrong, each cell to be written in, and what can be done. */
export function useRejectColumns(rows: Reject[], mayCorrect: boolean, replay: Replay): Column<Reject>[] {
  const words = useWords("imports");
  const [edits, setEdits] = useState<Record<string, Cells>>({});
  const [wrong, setWrong] = useState<Record<string, Cells>>({});
  const names = [
    ...new Set(rows.flatMap(({ cells, faults }) => [...Object.keys((cells ?? {}) as Cells), ...columnsOf(faults)])),
  ];

  function edit(uid: string, column: string, value: string): void {
    setEdits((before) => ({ ...before, [uid]: { ...before[uid], [column]: value } }));
  }
  function forget(uid: string): void {
    setEdits((before) => without(before, uid));
    setWrong((before) => without(before, uid));
  }
  const correct = useCommand(
    ({ uid, cells }: { uid: string; cells: Cells }, header) =>
      api.PATCH("/rejects/{record_id}", { body: cells, params: { path: { record_id: uid }, header } }),
    {
      onDone: (_, { uid, cells }) => {
        // What was written meanwhile stays, to be saved by itself.
        setEdits((before) => (isSame(before[uid], cells) ? without(before, uid) : before));
        setWrong((before) => without(before, uid));
        say(words("rowCorrected"));
      },
      onRefused: (error, { uid }) => setWrong((before) => ({ ...before, [uid]: faultsOf(error) })),
      // Whoever corrects row after row does not wait for the one before.
      inTurn: true,
    },
  );
  function save(uid: string): void {
    correct.mutate({ uid, cells: edits[uid] ?? {} });
  }

  const cell = (column: string): Column<Reject> => ({
    name: `cell-${column}`,
    label: column,
    cell: (reject) => {
      const held = ((reject.cells ?? {}) as Cells)[column] ?? "";
      if (!mayCorrect || reject.status === "replayed") return held;
      const fault = wrong[reject.uid]?.[column];
      return (
        <Editable
          label={words("cellOf", { column, row: reject.row })}
          value={edits[reject.uid]?.[column] ?? held}
          isWrong={fault !== undefined || isFaulty(reject, column)}
          fault={fault}
          onChange={(value) => edit(reject.uid, column, value)}
          onSave={() => edits[reject.uid] && save(reject.uid)}
          onLeave={() => forget(reject.uid)}
        />
      );
    },
  });

  return [
    {
      name: "row",
      label: words("row"),
      cell: (reject) => (
        <Link to="/imports/$id" params={{ id: reject.import_id }} title={words("toRun")}>
          {count(reject.row)}
        </Link>
      ),
    },
    {
      name: "reason",
      label: words("whatIsWrong"),
      cell: (reject) => (
        <>
          <Wrong reject={reject} told={wrong[reject.uid]} />
          <Became reject={reject} outcome={replay.outcomes.get(reject.uid)} />
        </>
      ),
    },
    ...names.map(cell),
    ...(mayCorrect
      ? [
          {
            name: "actions",
            label: words("actions"),
            cell: (reject: Reject) => {
              if (reject.status === "replayed") return null;
              return edits[reject.uid] ? (
                <span className="row nowrap">
                  <Button small kind="main" isPending={correct.isPending} onPress={() => save(reject.uid)}>
                    {words("saveRow")}
                  </Button>
                  <Button small onPress={() => forget(reject.uid)}>
                    {words("leaveRow")}
                  </Button>
                </span>
              ) : (
                <Button
                  small
                  aria-label={words("replayRow", { row: reject.row })}
                  isPending={replay.isPending}
                  onPress={() => replay.some([reject.uid])}
                >
                  {words("replay")}
                </Button>
              );
            },
          },
        ]
      : []),
  ];
}

const isSame = (one: Cells | undefined, other: Cells): boolean => JSON.stringify(one) === JSON.stringify(other);

function without(cells: Record<string, Cells>, uid: string): Record<string, Cells> {
  const { [uid]: _, ...others } = cells;
  return others;
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

const columnsOf = (faults: unknown): string[] =>
  ((faults ?? []) as Fault[]).flatMap(({ column }) => (column ? [column] : []));

function isFaulty(reject: Reject, column: string): boolean {
  return reject.status === "quarantined" && columnsOf(reject.faults).includes(column);
}

/** What the API has against the cells of a row, by column; what it says of no column under the empty name. */
function faultsOf(error: unknown): Cells {
  if (!(error instanceof Refused)) return { "": String(error) };
  const { errors = [], detail } = error.problem;
  if (!errors.length) return { "": detail };
  return Object.fromEntries(
    errors.map((one) => [one.column ?? (one.pointer ?? "").replace(/^\//, ""), one.detail] as const),
  );
}

function Wrong({ reject, told }: { reject: Reject; told: Cells | undefined }) {
  const faults = ((reject.faults ?? []) as Fault[]).map(({ column, reason }) => [column ?? "", reason] as const);
  const shown = told ? Object.entries(told) : reject.status === "quarantined" ? faults : [];
  return (
    <span className="wraps" role={told ? "alert" : undefined}>
      {shown.map(([column, reason]) => (
        <span key={column} className="fault">
          {column && <strong>{column}: </strong>}
          {reason}
        </span>
      ))}
      {!shown.length && capital(choice(reject.reason))}
    </span>
  );
}

function Became({ reject, outcome }: { reject: Reject; outcome: Outcome | undefined }) {
  const words = useWords("imports");
  if (outcome?.status === "failed" && reject.status !== "replayed") {
    return (
      <span className="wraps">
        <Status mood="bad">{words("replayFailed")}</Status>
        <span className="fault">{outcome.detail}</span>
      </span>
    );
  }
  if (reject.status === "replayed") {
    return <Status mood="good">{reject.was_known ? words("wasKnown") : words("wasLoaded")}</Status>;
  }
  return reject.status === "corrected" ? <Status mood="wait">{words("isCorrected")}</Status> : null;
}

type EditableProps = {
  label: string;
  value: string;
  isWrong: boolean;
  fault: string | undefined;
  onChange: (value: string) => void;
  onSave: () => void;
  onLeave: () => void;
};

/** A cell that is written in where it stands: Enter saves the row, Escape leaves it as it was. */
function Editable({ label, value, isWrong, fault, onChange, onSave, onLeave }: EditableProps) {
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Enter") onSave();
    else if (event.key === "Escape") onLeave();
    else return;
    event.preventDefault();
  }
  return (
    <input
      className="cell"
      aria-label={label}
      aria-invalid={isWrong || undefined}
      title={fault}
      size={Math.max(6, Math.min(24, value.length + 1))}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}
