import type { Place } from "../shared/roots";

export const usagesPlaces: Place[] = [];

export const usagesRoutes = [] as const;
