import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const operationsPlaces: Place[] = [
  { to: "/health", name: "health", group: "operate", needs: ["operations:read"] },
  { to: "/projections", name: "projections", group: "operate", needs: ["operations:read"] },
  { to: "/reactions", name: "reactions", group: "operate", needs: ["reactions:read"] },
  { to: "/transactions", name: "transactions", group: "operate", needs: ["transactions:read"] },
];

export const operationsRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/health",
    component: lazyRouteComponent(() => import("./Health"), "Health"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/projections",
    component: lazyRouteComponent(() => import("./Projections"), "Projections"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/reactions",
    component: lazyRouteComponent(() => import("./Reactions"), "Reactions"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/reactions/$id",
    component: lazyRouteComponent(() => import("./Reaction"), "Reaction"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/transactions",
    component: lazyRouteComponent(() => import("./Transactions"), "Transactions"),
  }),
] as const;
