/** What the explorer asks, of whichever collection. */

import { type Query, writeQuery } from "../shared/address";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";
import type { Collection, Row } from "./collections";
import { asked, narrowed } from "./view";

export type RowsPage = {
  data: Row[];
  page: { next: string | null; prev: string | null; count?: number };
  counts?: Record<string, number>;
};
export type Groups = { data: Row[]; truncated: boolean; totals?: Row[] };
export type Facet = { name: string; values: ({ value: unknown; count: number } & Row)[]; truncated: boolean };

/** Any path of the API; all of them answer a problem where they do not answer what was asked. */
function ask<T>(path: string, signal: AbortSignal) {
  return api.GET(path as "/expenses", { signal }) as Promise<{
    data?: T;
    error?: Schemas["Problem"];
    response: Response;
  }>;
}

export function rowsQuery(collection: Collection, query: Query) {
  const path = `${collection.path}${writeQuery(asked(collection, query))}`;
  return asking(["explorer", path], (signal) => ask<RowsPage>(path, signal));
}

export function groupsQuery(collection: Collection, query: Query) {
  const path = `${collection.path}/aggregates${writeQuery(query)}`;
  return asking(["explorer", path], (signal) => ask<Groups>(path, signal));
}

/** The values of some fields among the rows that the filters on other fields let through. */
export function facetsQuery(collection: Collection, query: Query, fields: string[], limit: number) {
  const others = Object.entries(narrowed(collection, query)).filter(
    ([name]) => fields.length !== 1 || name.split("[")[0] !== fields[0],
  );
  const path = `${collection.path}/facets${writeQuery({ ...Object.fromEntries(others), by: fields.join(","), limit })}`;
  return asking(["explorer", path], (signal) => ask<{ data: Facet[] }>(path, signal));
}

export function recordQuery(collection: Collection, id: string) {
  const path = `${collection.path}/${encodeURIComponent(id)}`;
  return asking(["explorer", path], (signal) => ask<Row>(path, signal));
}
