import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const ledgerPlaces: Place[] = [{ to: "/ledger", name: "ledger", group: "book", needs: ["ledger:read"] }];

export const ledgerRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/ledger",
    component: lazyRouteComponent(() => import("./Ledger"), "Ledger"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/ledger/entries",
    component: lazyRouteComponent(() => import("./EntriesPage"), "EntriesPage"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/ledger/entries/$id",
    component: lazyRouteComponent(() => import("./EntryPage"), "EntryPage"),
  }),
] as const;
