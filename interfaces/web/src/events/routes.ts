import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const eventsPlaces: Place[] = [{ to: "/events", name: "events", group: "book", needs: ["events:read"] }];

export const eventsRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/events",
    component: lazyRouteComponent(() => import("./Events"), "Events"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/events/$position",
    component: lazyRouteComponent(() => import("./Event"), "Event"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/history",
    component: lazyRouteComponent(() => import("./History"), "History"),
  }),
] as const;
