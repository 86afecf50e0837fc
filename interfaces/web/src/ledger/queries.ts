import { queryOptions } from "@tanstack/react-query";
import type { Query } from "../shared/address";
import { answered, api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Entry = Required<Schemas["LedgerEntry"]>;
export type Balance = Schemas["AccountBalance"];
export type Trial = Schemas["TrialBalance"];

export const PAGE = 50;

export const balancesQuery = (asOf: string | undefined) =>
  asking(["ledger", "balances", asOf], (signal) =>
    api.GET("/ledger/balances", { params: { query: asOf ? { as_of: asOf } : {} }, signal }),
  );

export const chartQuery = asking(["ledger", "accounts"], (signal) => api.GET("/ledger/accounts", { signal }));

export const banksQuery = asking(["banks", "names"], (signal) =>
  api.GET("/banks", { params: { query: { fields: ["id", "uid", "name"], limit: 200 } }, signal }),
);

export const entryQuery = (id: string) =>
  asking(["ledger", "entry", id], (signal) =>
    api.GET("/ledger/entries/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

/** What was debited and what was credited by month: two of the API's groups, one for each side of an account. */
export const monthsQuery = (side: "debit_account" | "credit_account", asOf: string | undefined) =>
  asking(["ledger", "months", side, asOf], (signal) => {
    const query = {
      by: ["posted_at:month", side, "currency", "bank_uid"],
      ...(asOf && { "posted_at[lte]": asOf }),
      sort: ["posted_at:month"],
      limit: 1000,
    } as never;
    return api.GET("/ledger/entries/aggregates", { params: { query }, signal });
  });

/** Members of the address that are not the API's: an account stands for both of an entry's sides. */
const OWN = new Set(["account"]);

/** The entries of an address; those of an account are the ones that debit it and the ones that credit it. */
export function entriesQuery(search: Query) {
  return queryOptions({
    queryKey: ["ledger", "entries", search],
    queryFn: async ({ signal }) => {
      const account = typeof search.account === "string" ? search.account : undefined;
      const plain = Object.fromEntries(Object.entries(search).filter(([name]) => !OWN.has(name)));
      const asked = account ? [{ debit_account: account }, { credit_account: account }] : [{}];
      const pages = await Promise.all(
        asked.map((side) => {
          const query = { ...plain, ...side, sort: "-id", limit: PAGE } as never;
          return answered(api.GET("/ledger/entries", { params: { query }, signal }));
        }),
      );
      const rows = pages.flatMap(({ data }) => data.data as Entry[]).sort((one, other) => other.id - one.id);
      const hasOlder = rows.length > PAGE || pages.some(({ data }) => data.page.next !== null);
      return { rows: rows.slice(0, PAGE), hasOlder };
    },
    staleTime: 5_000,
  });
}
