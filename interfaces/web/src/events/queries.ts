import { queryOptions } from "@tanstack/react-query";
import type { Query } from "../shared/address";
import { answered, api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type EventRow = Schemas["EventView"];
export type Catalogued = Schemas["CataloguedEvent"];
export type Reaction = Required<Pick<Schemas["Reaction"], "uid" | "policy" | "position" | "subject">>;

export const PAGE = 50;
/** As many as a page of the API holds. */
const PAGE_MAX = 200;
/** Events of the same stream that stand before and after one. */
const AROUND = 3;

export const eventsQuery = (search: Query) =>
  asking(["events", "list", search], (signal) => {
    const query = { ...search, sort: "-position", limit: PAGE } as never;
    return api.GET("/events", { params: { query }, signal });
  });

export const eventQuery = (position: string) =>
  asking(["events", "one", position], (signal) =>
    api.GET("/events/{record_id}", { params: { path: { record_id: position } }, signal }),
  );

export const catalogueQuery = {
  ...asking(["events", "catalogue"], (signal) => api.GET("/events/catalogue", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
};

export const aroundQuery = ({ stream_id, version }: EventRow) =>
  asking(["events", "around", stream_id, version], (signal) => {
    const query = {
      stream_id,
      "version[gte]": version - AROUND,
      "version[lte]": version + AROUND,
      sort: "-position",
    } as never;
    return api.GET("/events", { params: { query }, signal });
  });

/** All of one stream, as many as fit: the whole history of a thing. */
export const streamQuery = (stream: string) =>
  asking(["events", "stream", stream], (signal) => {
    const query = { stream_id: stream, sort: "-position", limit: PAGE_MAX } as never;
    return api.GET("/events", { params: { query }, signal });
  });

/** The first events of a correlation, and how many there are in all. */
export const correlationQuery = (correlation: string) =>
  asking(["events", "correlation", correlation], (signal) => {
    const query = { correlation_id: correlation, sort: "position", limit: PAGE_MAX, count: "exact" } as never;
    return api.GET("/events", { params: { query }, signal });
  });

/** What policies planned in a correlation, for whoever may see it; nothing for others. */
export const reactionsQuery = (correlation: string, mayRead: boolean) =>
  queryOptions({
    queryKey: ["events", "reactions", correlation],
    queryFn: async ({ signal }) => {
      const fields = ["uid", "policy", "position", "subject"];
      const query = { correlation_id: correlation, limit: PAGE_MAX, fields } as never;
      return (await answered(api.GET("/reactions", { params: { query }, signal }))).data.data as Reaction[];
    },
    enabled: mayRead,
  });
