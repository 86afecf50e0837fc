import type { Query } from "../shared/address";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Expense = Required<Schemas["Expense"]>;
export type Sum = { currency: string; "sum:amount": string; count: number; "date:month"?: string };

export const PAGE = 50;
const PAGING = new Set(["cursor", "sort", "order", "limit", "fields", "count"]);

/** What an address asks for, without its page and order: what totals and charts are of. */
export function filterOf(search: Query): Query {
  return Object.fromEntries(Object.entries(search).filter(([name]) => !PAGING.has(name)));
}

export const expensesQuery = (search: Query) =>
  asking(["expenses", "list", search], (signal) => {
    const query = { sort: "-date,-id", limit: PAGE, ...search } as never;
    return api.GET("/expenses", { params: { query }, signal });
  });

/** Sums of all that fits, by currency, and by month of each. */
export const sumsQuery = (search: Query, by: ("currency" | "date:month")[]) =>
  asking(["expenses", "sums", by, filterOf(search)], (signal) => {
    const query = { ...filterOf(search), by, sort: by.at(-1), limit: 1000 } as never;
    return api.GET("/expenses/aggregates", { params: { query }, signal });
  });

/** The departments there are, to choose from. */
export const departmentsQuery = asking(["expenses", "departments"], (signal) =>
  api.GET("/expenses/facets", { params: { query: { by: ["departments"], limit: 200 } as never }, signal }),
);

export const expenseQuery = (id: string) =>
  asking(["expenses", "one", id], (signal) =>
    api.GET("/expenses/{record_id}", { params: { path: { record_id: id } }, signal }),
  );
