import type { Place } from "../shared/roots";

export const explorerPlaces: Place[] = [];

export const explorerRoutes = [] as const;
