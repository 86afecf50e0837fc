import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const banksPlaces: Place[] = [
  { to: "/accounts", name: "accounts", group: "work", needs: ["accounts:write", "ledger:read"] },
  { to: "/people", name: "people", group: "book", needs: ["banks:write", "ledger:read"] },
  { to: "/policies", name: "policies", group: "book", needs: ["banks:read"] },
  { to: "/banks", name: "banks", group: "operate", needs: ["banks:open"] },
];

export const banksRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/accounts",
    component: lazyRouteComponent(() => import("./Accounts"), "Accounts"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/accounts/$id",
    component: lazyRouteComponent(() => import("./Account"), "AccountPage"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/people",
    component: lazyRouteComponent(() => import("./People"), "People"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/people/$user",
    component: lazyRouteComponent(() => import("./Person"), "Person"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/policies",
    component: lazyRouteComponent(() => import("./Policies"), "Policies"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/policies/rates",
    component: lazyRouteComponent(() => import("./Rates"), "Rates"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/banks",
    component: lazyRouteComponent(() => import("./Banks"), "Banks"),
  }),
] as const;
