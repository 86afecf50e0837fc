import type { operations } from "daybook-client";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Usage = Required<Schemas["Usage"]>;
/** The factor is that of now, and null where none is valid now. */
export type UsageType = Required<Omit<Schemas["UsageType"], "factor" | "factor_version" | "emissions_unit">> & {
  factor: string | null;
  factor_version: number | null;
  emissions_unit: string | null;
};
export type Factor = Required<Schemas["UsageTypeFactor"]>;
export type Goal = Required<Schemas["UsageGoal"]>;
type UsagesAsked = NonNullable<operations["listUsages"]["parameters"]["query"]>;
type SeriesAsked = NonNullable<operations["getUsageSeries"]["parameters"]["query"]>;

export const usagesQuery = (query: UsagesAsked) =>
  asking(["usages", query], (signal) => api.GET("/usages", { params: { query }, signal }));

/** One usage with the tag that a change of it is bound to. */
export const usageQuery = (id: number) =>
  asking(["usage", id], (signal) =>
    api.GET("/usages/{record_id}", { params: { path: { record_id: String(id) } }, signal }),
  );

export const seriesQuery = (query: SeriesAsked) =>
  asking(["usage series", query], (signal) => api.GET("/usages/series", { params: { query }, signal }));

/** What a usage would emit; asked as a question, since nothing is recorded. */
export const previewQuery = (body: Schemas["NewUsage"]) =>
  asking(["usage preview", body], (signal) => api.POST("/usages/preview", { body, signal }));

export const typesQuery = asking(["usage types"], (signal) =>
  api.GET("/usage-types", { params: { query: { sort: ["id"], limit: 200 } }, signal }),
);

export const typeQuery = (id: string) =>
  asking(["usage type", id], (signal) =>
    api.GET("/usage-types/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

export const factorsQuery = (id: string) =>
  asking(["usage factors", id], (signal) =>
    api.GET("/usage-types/{type_id}/factors", {
      params: { path: { type_id: id }, query: { sort: ["-factor_version"], limit: 200 } },
      signal,
    }),
  );

export const goalsQuery = asking(["usage goals"], (signal) =>
  api.GET("/usage-goals", { params: { query: { status: { eq: "active" }, sort: ["-year"], limit: 100 } }, signal }),
);

export const goalQuery = (id: number) =>
  asking(["usage goal", id], (signal) =>
    api.GET("/usage-goals/{record_id}", { params: { path: { record_id: String(id) } }, signal }),
  );

export const progressQuery = (id: number) =>
  asking(["goal progress", id], (signal) =>
    api.GET("/usage-goals/{record_id}/progress", { params: { path: { record_id: String(id) } }, signal }),
  );
