import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Query } from "../shared/address";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Import = Required<Schemas["Import"]>;
export type Reject = Required<Schemas["Reject"]>;
export type Fault = Schemas["RowFault"];
export type Sums = Record<string, Required<Schemas["CurrencySums"]>>;
export type Preview = Schemas["ImportPreview"];

const UNDER_WAY = new Set(["scheduled", "running"]);
const LOOK_AGAIN_MS = 600;
const LIST_AGAIN_MS = 5_000;

export const importsQuery = (query: Query) =>
  queryOptions({
    ...asking(["imports", query], (signal) =>
      api.GET("/imports", { params: { query: { limit: 20, ...query } }, signal }),
    ),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_AGAIN_MS,
  });

/** A run; as long as it is under way it is looked at again and again. */
export const importQuery = (id: string) =>
  queryOptions({
    ...asking(["imports", id], (signal) =>
      api.GET("/imports/{record_id}", { params: { path: { record_id: id } }, signal }),
    ),
    refetchInterval: ({ state }) =>
      UNDER_WAY.has((state.data as { data: Import } | undefined)?.data.status ?? "") ? LOOK_AGAIN_MS : false,
  });

export const logQuery = (id: string, status: string) =>
  asking(["imports", id, "log", status], (signal) =>
    api.GET("/imports/{record_id}/log", { params: { path: { record_id: id } }, signal }),
  );

export const freshnessQuery = asking(["freshness"], (signal) => api.GET("/etl/freshness", { signal }));

export const rejectsQuery = (query: Query) =>
  queryOptions({
    ...asking(["rejects", query], (signal) =>
      api.GET("/rejects", { params: { query: { limit: 20, ...query } }, signal }),
    ),
    placeholderData: keepPreviousData,
  });

/** Which reasons, sources and kinds there are among rejects, and how many of each. */
export const rejectFacetsQuery = (query: Query) =>
  queryOptions({
    ...asking(["rejects", "facets", query], (signal) =>
      api.GET("/rejects/facets", { params: { query: { ...query, by: ["kind", "reason", "source"] } }, signal }),
    ),
    placeholderData: keepPreviousData,
  });

/** Who or what a file may be of: banks, users, customers. */
export const banksQuery = asking(["banks", "choices"], (signal) =>
  api.GET("/banks", { params: { query: { limit: 200, sort: ["name"] } }, signal }),
);
export const peopleQuery = asking(["users", "choices"], (signal) =>
  api.GET("/users", { params: { query: { limit: 200, sort: ["name"] } }, signal }),
);
export const customersQuery = asking(["customers", "choices"], (signal) =>
  api.GET("/customers", { params: { query: { limit: 200 } }, signal }),
);
