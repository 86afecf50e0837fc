import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const eventsPlaces: Place[] = [];

export const eventsRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/events/$position",
    component: lazyRouteComponent(() => import("./Event"), "Event"),
  }),
] as const;
