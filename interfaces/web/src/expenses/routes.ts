import type { Place } from "../shared/roots";

export const expensesPlaces: Place[] = [];

export const expensesRoutes = [] as const;
