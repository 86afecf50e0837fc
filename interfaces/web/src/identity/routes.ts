import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const identityPlaces: Place[] = [
  { to: "/users", name: "users", group: "operate", needs: ["users:manage"] },
  { to: "/machines", name: "machines", group: "operate", needs: ["users:manage"] },
];

export const identityRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/users",
    component: lazyRouteComponent(() => import("./Users"), "Users"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/users/$id",
    component: lazyRouteComponent(() => import("./User"), "User"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/machines",
    component: lazyRouteComponent(() => import("./Machines"), "Machines"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/machines/$id",
    component: lazyRouteComponent(() => import("./Machine"), "Machine"),
  }),
] as const;
