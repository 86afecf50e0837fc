import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Query } from "../shared/address";
import { type Place, signedInRoute } from "../shared/roots";

export const explorerPlaces: Place[] = [{ to: "/explore", name: "explore", group: "explore", needs: [] }];

export const explorerRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/explore",
    component: lazyRouteComponent(() => import("./Collections"), "Collections"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/explore/$collection",
    // Whatever is asked is asked of the API, which says what is wrong with it.
    validateSearch: (search: Record<string, unknown>) => search as Query,
    component: lazyRouteComponent(() => import("./Explorer"), "Explorer"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/explore/$collection/$id",
    component: lazyRouteComponent(() => import("./Record"), "Record"),
  }),
] as const;
