import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import type { Query } from "../shared/address";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type User = Required<Schemas["User"]>;
export type Machine = Required<Schemas["ServiceAccount"]>;
export type Key = Schemas["ShownKey"];

export const usersQuery = (query: Query) =>
  queryOptions({
    ...asking(["users", query], (signal) =>
      api.GET("/users", { params: { query: { limit: 20, sort: ["name"], ...query } }, signal }),
    ),
    placeholderData: keepPreviousData,
  });

export const userQuery = (id: string) =>
  asking(["users", id], (signal) => api.GET("/users/{record_id}", { params: { path: { record_id: id } }, signal }));

export const machinesQuery = (query: Query) =>
  queryOptions({
    ...asking(["machines", query], (signal) =>
      api.GET("/service-accounts", { params: { query: { limit: 20, sort: ["name"], ...query } }, signal }),
    ),
    placeholderData: keepPreviousData,
  });

export const machineQuery = (id: string) =>
  asking(["machines", id], (signal) =>
    api.GET("/service-accounts/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

export const keysQuery = (id: string) =>
  asking(["machines", id, "keys"], (signal) =>
    api.GET("/service-accounts/{account_id}/keys", { params: { path: { account_id: id } }, signal }),
  );

/** The last events of a stream, the newest first: what happened to a user or a machine. */
export const streamQuery = (uid: string) =>
  asking(["events", "of", uid], (signal) =>
    api.GET("/events", { params: { query: { stream_id: { eq: uid }, sort: ["-position"], limit: 100 } }, signal }),
  );

const banksQuery = asking(["banks", "choices"], (signal) =>
  api.GET("/banks", { params: { query: { limit: 200, sort: ["name"] } }, signal }),
);

export type Bank = { uid: string; name: string };

/** The banks there are, by name. */
export function useBanks(): Bank[] {
  const banks = useQuery(banksQuery);
  return (banks.data?.data.data ?? []).map(({ uid = "", name = "" }) => ({ uid, name }));
}
