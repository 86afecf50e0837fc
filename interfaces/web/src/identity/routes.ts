import type { Place } from "../shared/roots";

export const identityPlaces: Place[] = [];

export const identityRoutes = [] as const;
