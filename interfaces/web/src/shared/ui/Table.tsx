/**
 * The table of every list: columns, sorting, selection and keys, on TanStack Table.
 *
 * The markup is a plain table: React Aria's takes about ten times as long for fifty rows (docs/web.md).
 */

import {
  type ColumnDef,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { useWords } from "../words";
import "./table.css";

export type Column<Row> = {
  name: string;
  label: string;
  /** Numbers stand at the end of their column, with figures of one width. */
  amount?: boolean;
  sortable?: boolean;
  cell: (row: Row) => ReactNode;
  total?: ReactNode;
};
export type Selection = { chosen: ReadonlySet<string>; choose: (chosen: ReadonlySet<string>) => void };
type Props<Row> = {
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  /** What a row says of itself where its place would say nothing, as at its checkbox. */
  rowName?: (row: Row) => string;
  onOpen?: ((row: Row) => void) | undefined;
  selection?: Selection | undefined;
  /** As the API writes it: `amount` or `-amount`. */
  sort?: string | undefined;
  onSort?: ((sort: string) => void) | undefined;
  short?: boolean;
};

const features = tableFeatures({ rowSelectionFeature });

export function Table<Row extends object>(props: Props<Row>) {
  const { label, rows, columns, rowKey, rowName, onOpen, selection, sort, onSort, short } = props;
  const words = useWords("shared");
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState(-1);
  const defined = useMemo<ColumnDef<typeof features, Row>[]>(
    () => columns.map((column) => ({ id: column.name, header: column.label })),
    [columns],
  );
  const chosen: RowSelectionState = Object.fromEntries(
    [...(selection?.chosen ?? [])].map((key) => [key, true as const]),
  );
  const table = useTable({
    features,
    columns: defined,
    data: rows,
    getRowId: rowKey,
    state: { rowSelection: chosen },
    onRowSelectionChange: (change) => {
      const next: RowSelectionState = typeof change === "function" ? change(chosen) : change;
      selection?.choose(new Set(Object.keys(next).filter((key) => next[key])));
    },
  });
  const drawn = table.getRowModel().rows;
  const reached = Math.max(0, Math.min(current, drawn.length - 1)); // by the tabulator, also when rows have gone

  function move(to: number): void {
    const place = Math.max(0, Math.min(to, drawn.length - 1));
    setCurrent(place);
    body.current?.querySelectorAll<HTMLElement>("tr")[place]?.focus();
  }

  function onKey(event: KeyboardEvent): void {
    if ((event.target as HTMLElement).matches("input:not([type=checkbox]), textarea, select")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isOnRow = event.target === body.current?.querySelectorAll("tr")[current];
    if (event.key === "j" || event.key === "ArrowDown") move(current + 1);
    else if (event.key === "k" || event.key === "ArrowUp") move(current - 1);
    else if (event.key === "x") drawn[current]?.toggleSelected();
    else if (event.key === "Enter" && isOnRow && drawn[current]) onOpen?.(drawn[current].original);
    else return;
    event.preventDefault();
  }

  const hasTotals = columns.some((column) => column.total !== undefined);
  return (
    // biome-ignore lint/a11y/useSemanticElements: no landmark beside that of its section, and no fieldset
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <div role="group" className={`table-frame ${short ? "short" : ""}`} tabIndex={0} aria-label={label}>
      <table className="table" aria-label={label} onKeyDown={onKey}>
        <thead>
          <tr>
            {selection && (
              <th scope="col">
                <input
                  type="checkbox"
                  aria-label={words("selectAll")}
                  checked={table.getIsAllRowsSelected()}
                  onChange={() => table.toggleAllRowsSelected()}
                />
              </th>
            )}
            {columns.map((column, place) => (
              <Head key={column.name} {...{ column, sort, onSort }} fixed={place === 0 && !selection} />
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {drawn.map((row, place) => (
            <tr
              key={row.id}
              tabIndex={place === reached ? 0 : -1}
              data-current={place === current ? "" : undefined}
              data-selected={row.getIsSelected() ? "" : undefined}
              className={onOpen ? "openable" : undefined}
              onFocus={() => setCurrent(place)}
              onClick={(event) => {
                const isOwn = (event.target as HTMLElement).closest("a, button, input, label");
                if (onOpen && !isOwn && !getSelection()?.toString()) onOpen(row.original);
              }}
            >
              {selection && (
                <td>
                  <input
                    type="checkbox"
                    aria-label={words("selectRow", { row: rowName?.(row.original) ?? row.id })}
                    checked={row.getIsSelected()}
                    onChange={() => row.toggleSelected()}
                  />
                </td>
              )}
              {columns.map((column, at) => (
                <Cell key={column.name} column={column} row={row.original} fixed={at === 0} />
              ))}
            </tr>
          ))}
        </tbody>
        {hasTotals && (
          <tfoot>
            <tr>
              {selection && <td />}
              {columns.map((column, place) => (
                <td
                  key={column.name}
                  className={`${column.amount ? "amount" : ""} ${place === 0 && !selection ? "fixed" : ""}`}
                  data-label={column.label}
                >
                  {column.total ?? (place === 0 ? words("total") : null)}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

function Cell<Row>({ column, row, fixed }: { column: Column<Row>; row: Row; fixed: boolean }) {
  const classes = `${column.amount ? "amount" : ""} ${fixed ? "fixed" : ""}`.trim() || undefined;
  if (fixed) {
    return (
      <th scope="row" className={classes} data-label={column.label}>
        {column.cell(row)}
      </th>
    );
  }
  return (
    <td className={classes} data-label={column.label}>
      {column.cell(row)}
    </td>
  );
}

type HeadProps<Row> = {
  column: Column<Row>;
  sort: string | undefined;
  onSort: ((sort: string) => void) | undefined;
  fixed: boolean;
};

function Head<Row>({ column, sort, onSort, fixed }: HeadProps<Row>) {
  const words = useWords("shared");
  const first = sort?.split(",")[0];
  const direction = first === column.name ? "ascending" : first === `-${column.name}` ? "descending" : undefined;
  const classes = `${column.amount ? "amount" : ""} ${fixed ? "fixed" : ""}`.trim() || undefined;
  return (
    <th scope="col" className={classes} aria-sort={direction}>
      {column.sortable && onSort ? (
        <button
          type="button"
          aria-label={words("sortBy", { column: column.label })}
          onClick={() => onSort(direction === "ascending" ? `-${column.name}` : column.name)}
        >
          {column.label}
          <span className="arrow" aria-hidden="true">
            {direction === "ascending" ? "↑" : direction === "descending" ? "↓" : ""}
          </span>
        </button>
      ) : (
        column.label
      )}
    </th>
  );
}
