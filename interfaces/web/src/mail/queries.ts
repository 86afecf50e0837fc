import type { Query } from "../shared/address";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Letter = Required<Schemas["Letter"]>;

/** The letters to one's own address, for operators all of them; the newest first. */
export const letters = (query: Query) =>
  asking(["letters", query], (signal) => api.GET("/letters", { params: { query: query as never }, signal }));
