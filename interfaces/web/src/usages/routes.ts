import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const usagesPlaces: Place[] = [
  { to: "/usages", name: "usages", group: "work", needs: ["usages:read"] },
  { to: "/usage-goals", name: "goals", group: "work", needs: ["usage-goals:read"] },
  { to: "/usage-types", name: "usageTypes", group: "operate", needs: ["usage-types:write"] },
];

export const usagesRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/usages",
    component: lazyRouteComponent(() => import("./Usages"), "Usages"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/usage-goals",
    component: lazyRouteComponent(() => import("./Goals"), "Goals"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/usage-types",
    component: lazyRouteComponent(() => import("./Types"), "Types"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/usage-types/$id",
    component: lazyRouteComponent(() => import("./Type"), "OneType"),
  }),
] as const;
