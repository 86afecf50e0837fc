import type { Place } from "../shared/roots";

export const reimbursementsPlaces: Place[] = [];

export const reimbursementsRoutes = [] as const;
