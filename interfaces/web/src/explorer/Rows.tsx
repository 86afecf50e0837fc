import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { changed, one } from "../shared/address";
import { Empty } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { label } from "../shared/words/names";
import { Asked } from "./Asked";
import { isAmount, Value } from "./cells";
import { type Collection, fieldOf, type Row, titleOf } from "./collections";
import type { View } from "./Explorer";
import { Pages } from "./Pages";
import { rowsQuery } from "./queries";
import { readFilters } from "./view";

/** One page of the rows, with what orders it, counts it and leads to the next. */
export function Rows({ shown, ...view }: View & { shown: string[] }) {
  const { collection, query, show } = view;
  const words = useWords("explorer");
  const navigate = useNavigate();
  const answer = useQuery({ ...rowsQuery(collection, query), placeholderData: keepPreviousData });
  const columns = useColumns(collection, shown);
  const isNarrowed = readFilters(collection, query).length > 0;

  return (
    <div className="stack" aria-busy={answer.isPlaceholderData}>
      <Counts {...view} counts={answer.data?.data.counts} />
      <Asked answer={answer} {...view}>
        {({ data: { data: rows, page } }) => (
          <>
            {rows.length ? (
              <Table
                label={titleOf(collection)}
                rows={rows}
                columns={columns}
                rowKey={(row) => String(row[collection.key])}
                sort={one(query, "sort") ?? collection.default_sort}
                onSort={(sort) => show(changed(query, { sort, order: undefined }))}
                onOpen={
                  collection.record
                    ? (row) =>
                        void navigate({
                          to: "/explore/$collection/$id",
                          params: { collection: collection.name, id: String(row[collection.key]) },
                        })
                    : undefined
                }
                short
              />
            ) : (
              <Empty>{words(isNarrowed ? "noRows" : "noRowsYet")}</Empty>
            )}
            <Pages {...view} page={page} />
          </>
        )}
      </Asked>
    </div>
  );
}

function useColumns(collection: Collection, shown: string[]): Column<Row>[] {
  const named = shown.join();
  return useMemo(
    () =>
      named.split(",").flatMap((name): Column<Row>[] => {
        const field = fieldOf(collection, name);
        if (!field) return [];
        const isKey = name === collection.key;
        const cell = (row: Row) => <Value field={field} row={row} isKey={isKey} />;
        return [
          {
            name,
            label: label(name),
            amount: isAmount(field, isKey),
            sortable: field.sortable,
            cell:
              isKey && collection.record
                ? (row) => <RecordLink {...{ collection, row }}>{cell(row)}</RecordLink>
                : cell,
          },
        ];
      }),
    [collection, named],
  );
}

type LinkProps = { collection: Collection; row: Row; children: React.ReactNode };

function RecordLink({ collection, row, children }: LinkProps) {
  return (
    <Link
      to="/explore/$collection/$id"
      params={{ collection: collection.name, id: String(row[collection.key]) }}
      preload={false}
    >
      {children}
    </Link>
  );
}

/** How many rows there are of each choice, each a way to these. */
function Counts({ collection, query, show, counts }: View & { counts: Record<string, number> | undefined }) {
  const field = collection.counted_by;
  if (!field || !counts) return null;
  const chosen = one(query, field);
  return (
    <ul className="counts" aria-label={label(field)}>
      {Object.entries(counts)
        .filter(([value, number]) => number > 0 || value === chosen)
        .map(([value, number]) => (
          <li key={value}>
            <button
              type="button"
              className="count"
              aria-pressed={value === chosen}
              onClick={() => show(changed(query, { [field]: value === chosen ? undefined : value }))}
            >
              {label(value)} <span className="number quiet">{count(number)}</span>
            </button>
          </li>
        ))}
    </ul>
  );
}
