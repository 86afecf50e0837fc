import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const reimbursementsPlaces: Place[] = [
  { to: "/claims", name: "claims", group: "work", needs: ["claims:read"] },
  { to: "/inbox", name: "inbox", group: "work", needs: ["claims:decide"] },
  { to: "/delegations", name: "delegations", group: "work", needs: ["claims:decide"] },
];

export const reimbursementsRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/claims",
    component: lazyRouteComponent(() => import("./Claims"), "Claims"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/claims/new",
    component: lazyRouteComponent(() => import("./NewClaim"), "NewClaim"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/claims/$id",
    component: lazyRouteComponent(() => import("./Claim"), "OneClaim"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/inbox",
    component: lazyRouteComponent(() => import("./Inbox"), "Inbox"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/delegations",
    component: lazyRouteComponent(() => import("./Delegations"), "Delegations"),
  }),
] as const;
