import type { Place } from "../shared/roots";

export const importsPlaces: Place[] = [];

export const importsRoutes = [] as const;
