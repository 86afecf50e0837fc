import { type FormEvent, useMemo } from "react";
import { Button } from "../shared/ui/Button";
import { Choice, TextInput } from "../shared/ui/Fields";
import { Empty } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Facts, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { label } from "../shared/words/names";
import type { Options } from "./drafts";
import { type Kind, type Option, VALUES } from "./kinds";
import type { Preview } from "./queries";

type Props = { preview: Preview; kind: Kind; isPending: boolean; onChange: (options: Options) => void };
type Row = Preview["rows"][number];

/** How a file would be read, and why; every option can be said otherwise. */
export function ReadAs({ preview, kind, isPending, onChange }: Props) {
  const words = useWords("imports");
  return (
    <>
      <Guesses preview={preview} />
      <Declared {...{ preview, kind, isPending, onChange }} />
      <Facts
        facts={Object.entries(preview.read_as).map(([name, value]) => [label(name), <code key={name}>{value}</code>])}
      />
      <Sample rows={preview.rows} label={words("sample")} />
    </>
  );
}

/** What nobody declared, and what speaks for it. */
function Guesses({ preview }: { preview: Preview }) {
  const words = useWords("imports");
  if (!preview.guesses.length) return null;
  return (
    <div className="notice wait stack">
      <strong>{words("guessed", { count: preview.guesses.length })}</strong>
      <ul>
        {preview.guesses.map(({ option, value, reason }) => (
          <li key={option}>
            {label(option)}: {value ? <code>{value}</code> : <em>{words("undeclared")}</em>}{" "}
            <span className="quiet">{reason}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Declared({ preview, kind, isPending, onChange }: Props) {
  const words = useWords("imports");
  const declared = preview.profile.options as Options;
  const guesses = new Map(preview.guesses.map((guess) => [guess.option, guess]));
  const isUsual = (name: Option) => declared[name] !== undefined || guesses.has(name) || USUAL.has(name);

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const told = kind.options.map((name): [Option, string] => [name, String(form.get(name) ?? "").trim()]);
    onChange(Object.fromEntries(told.filter(([, value]) => value)));
  }

  const field = (name: Option) => {
    const choices = guesses.get(name)?.choices;
    const values = choices?.length ? choices : (VALUES[name] ?? []);
    const current = declared[name] ?? guesses.get(name)?.value ?? "";
    const all = current && !values.includes(current) && values.length ? [current, ...values] : values;
    return all.length ? (
      <Choice
        key={name}
        name={name}
        label={label(name)}
        options={all.map((value) => ({ value, label: value }))}
        defaultValue={current}
        empty={words("byItself")}
      />
    ) : (
      <TextInput
        key={name}
        name={name}
        label={label(name)}
        defaultValue={current}
        hint={HINTED.has(name) ? words(`hints.${name as "columns"}`) : undefined}
      />
    );
  };

  return (
    <form className="card stack" onSubmit={onSubmit}>
      <div className="columns narrow">{kind.options.filter(isUsual).map(field)}</div>
      <details>
        <summary>{words("moreOptions")}</summary>
        <div className="columns narrow more">{kind.options.filter((name) => !isUsual(name)).map(field)}</div>
      </details>
      <div className="row">
        <Button type="submit" isPending={isPending}>
          {words("lookAgain")}
        </Button>
      </div>
    </form>
  );
}

const USUAL = new Set<Option>(["locale", "currency", "date_format", "encoding", "delimiter", "last_month"]);
const HINTED = new Set<Option>(["columns", "ignore", "totals", "keep", "date_format", "header_row", "last_month"]);

/** The first rows: each cell with its text, and the value it would be read as or what is wrong with it. */
function Sample({ rows, label: name }: { rows: Row[]; label: string }) {
  const words = useWords("imports");
  const columns = useMemo<Column<Row>[]>(() => {
    const names = [...new Set(rows.flatMap(({ cells = [] }) => cells.map(({ column }) => column)))];
    return [
      {
        name: "row",
        label: words("row"),
        cell: ({ row, faults = [] }) => (
          <>
            {count(row)}
            {faults.map(({ code, reason }) => (
              <span key={code} className="fault">
                <Status mood="bad">{reason}</Status>
              </span>
            ))}
          </>
        ),
      },
      ...names.map(
        (column): Column<Row> => ({
          name: column,
          label: column,
          cell: ({ cells = [] }) => {
            const cell = cells.find((one) => one.column === column);
            if (!cell) return null;
            if (cell.reason) {
              return (
                <span className="sampled">
                  <span className="status bad">
                    <span aria-hidden="true">▲</span>
                    {cell.text || "–"}
                  </span>
                  <span className="small quiet wraps">{cell.reason}</span>
                </span>
              );
            }
            return (
              <span className="sampled">
                <span>{cell.value ?? ""}</span>
                {cell.value !== cell.text && (
                  <span className="small quiet">{words("fromText", { text: cell.text })}</span>
                )}
              </span>
            );
          },
        }),
      ),
    ];
  }, [rows, words]);
  if (!rows.length) return <Empty>{words("noRows")}</Empty>;
  return <Table label={name} rows={rows} columns={columns} rowKey={({ row }) => String(row)} short />;
}
