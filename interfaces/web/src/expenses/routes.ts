import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const expensesPlaces: Place[] = [{ to: "/expenses", name: "expenses", group: "book", needs: ["expenses:read"] }];

export const expensesRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/expenses",
    component: lazyRouteComponent(() => import("./Expenses"), "Expenses"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/expenses/new",
    component: lazyRouteComponent(() => import("./RecordExpense"), "RecordExpense"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/expenses/$id",
    component: lazyRouteComponent(() => import("./ExpensePage"), "ExpensePage"),
  }),
] as const;
