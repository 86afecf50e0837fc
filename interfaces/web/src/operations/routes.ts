import type { Place } from "../shared/roots";

export const operationsPlaces: Place[] = [];

export const operationsRoutes = [] as const;
