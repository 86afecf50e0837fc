import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const proposalsPlaces: Place[] = [
  { to: "/proposals", name: "proposals", group: "work", needs: ["proposals:read"] },
];

export const proposalsRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/proposals",
    component: lazyRouteComponent(() => import("./Proposals"), "Proposals"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/proposals/$id",
    component: lazyRouteComponent(() => import("./Proposal"), "ProposalPage"),
  }),
] as const;
