import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const importsPlaces: Place[] = [
  { to: "/imports", name: "imports", group: "operate", needs: ["imports:read"] },
  { to: "/rejects", name: "rejects", group: "operate", needs: ["imports:read"] },
];

export const importsRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/imports",
    component: lazyRouteComponent(() => import("./Imports"), "Imports"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/imports/new",
    component: lazyRouteComponent(() => import("./NewImport"), "NewImport"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/imports/$id",
    component: lazyRouteComponent(() => import("./Run"), "Run"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/rejects",
    component: lazyRouteComponent(() => import("./Rejects"), "Rejects"),
  }),
] as const;
