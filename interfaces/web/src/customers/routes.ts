import type { Place } from "../shared/roots";

export const customersPlaces: Place[] = [];

export const customersRoutes = [] as const;
