import type { Place } from "../shared/roots";

export const paymentsPlaces: Place[] = [];

export const paymentsRoutes = [] as const;
