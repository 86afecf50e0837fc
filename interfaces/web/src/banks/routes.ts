import type { Place } from "../shared/roots";

export const banksPlaces: Place[] = [];

export const banksRoutes = [] as const;
