import type { Place } from "../shared/roots";

export const proposalsPlaces: Place[] = [];

export const proposalsRoutes = [] as const;
