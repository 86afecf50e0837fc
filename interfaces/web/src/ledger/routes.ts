import type { Place } from "../shared/roots";

export const ledgerPlaces: Place[] = [];

export const ledgerRoutes = [] as const;
