import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { changed, one, type Query } from "../shared/address";
import { Empty } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { zone } from "../shared/words";
import { Asked } from "./Asked";
import { type Collection, CURRENCY, type Row, titleOf } from "./collections";
import type { View } from "./Explorer";
import { GroupChart } from "./GroupChart";
import { Grouping } from "./Grouping";
import { filtersOf, joined } from "./narrowing";
import { type Groups as Answer, groupsQuery } from "./queries";
import { type Sayings, useSayings } from "./sayings";
import { names, readFilters, toRows, withFilters } from "./view";

/** The rows in groups: what to group by and to measure, the groups as a chart, and all of them as a table. */
export function Groups(view: View) {
  const { collection, query, show } = view;
  const sayings = useSayings(collection);
  const { words } = sayings;
  const answer = useQuery({ ...groupsQuery(collection, query), placeholderData: keepPreviousData });
  return (
    <div className="stack" aria-busy={answer.isPlaceholderData}>
      <Grouping {...view} />
      <Asked answer={answer} {...view}>
        {({ data }) => {
          const parts = partsOf(collection, query, data.data);
          if (!data.data.length) return <Empty>{words("noGroups")}</Empty>;
          return (
            <>
              <GroupChart {...view} groups={data.data} parts={parts} />
              <Table
                label={titleOf(collection)}
                rows={data.data}
                columns={columnsOf(view, sayings, data, parts)}
                rowKey={(row) => JSON.stringify(parts.key.map((part) => row[part]))}
                sort={one(query, "sort")}
                onSort={(sort) => show(changed(query, { sort, order: undefined }))}
                short
              />
              {data.truncated && <p className="notice wait">{words("truncated")}</p>}
            </>
          );
        }}
      </Asked>
    </div>
  );
}

/** The parts of the key as they were asked for, the currency that comes unasked, and the measures. */
export type Parts = { by: string[]; key: string[]; measures: string[] };

/** As the answer has them, which may be that to a question before. */
function partsOf(collection: Collection, query: Query, groups: Row[]): Parts {
  const has = (name: string) => groups[0] !== undefined && name in groups[0];
  const by = names(query, "by").filter(has);
  const asked = names(query, "measures");
  return {
    by,
    key: has(CURRENCY) && !by.includes(CURRENCY) ? [...by, CURRENCY] : by,
    measures: (asked.length ? asked : collection.measures).filter(has),
  };
}

function columnsOf(view: View, sayings: Sayings, { totals }: Answer, parts: Parts): Column<Row>[] {
  const [first = ""] = parts.key;
  // Where the first column is that of currencies, its totals have none beside them that says which.
  const withCurrency = (row: Row, text: string) =>
    first === CURRENCY && row[CURRENCY] ? `${text} ${row[CURRENCY]}` : text;
  const keys = parts.key.map((part): Column<Row> => {
    const said = (row: Row) => sayings.groupValue(part, row[part]);
    return {
      name: part,
      label: sayings.group(part),
      sortable: true,
      cell:
        part === first
          ? (row) => (
              <GroupLink {...view} {...{ row, parts }}>
                {said(row)}
              </GroupLink>
            )
          : said,
      ...(part === CURRENCY && part !== first && totals
        ? { total: lines(totals, (row) => sayings.groupValue(part, row[part])) }
        : {}),
    };
  });
  const measures = parts.measures.map(
    (measure): Column<Row> => ({
      name: measure,
      label: sayings.measure(measure),
      amount: true,
      sortable: true,
      cell: (row) => sayings.measured(row[measure]),
      ...(totals ? { total: lines(totals, (row) => withCurrency(row, sayings.measured(row[measure]))) } : {}),
    }),
  );
  return [...keys, ...measures];
}

/** The totals of each currency under each other. */
function lines(totals: Row[], said: (row: Row) => string) {
  return (
    <>
      {totals.map((row) => (
        <span key={String(row[CURRENCY])} className="line">
          {said(row)}
        </span>
      ))}
    </>
  );
}

type GroupLinkProps = View & { row: Row; parts: Parts; children: string };

/** The way to the rows of a group, where a filter can say which they are. */
function GroupLink({ collection, query, row, parts, children }: GroupLinkProps) {
  const { words } = useSayings(collection);
  const filters = filtersOf(collection, parts.by, row, one(query, "tz") ?? (zone || "UTC"));
  if (!filters) return children;
  const search = withFilters(collection, toRows(query), joined(readFilters(collection, query), filters));
  return (
    <Link
      to="/explore/$collection"
      params={{ collection: collection.name }}
      search={search}
      preload={false}
      title={words("showRows")}
    >
      {children}
    </Link>
  );
}
