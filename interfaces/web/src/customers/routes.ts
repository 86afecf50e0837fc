import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const customersPlaces: Place[] = [
  { to: "/customers", name: "customers", group: "operate", needs: ["customers:read"] },
];

export const customersRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/customers",
    component: lazyRouteComponent(() => import("./Customers"), "Customers"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/customers/$id",
    component: lazyRouteComponent(() => import("./Customer"), "OneCustomer"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/workflow-instances/$id",
    component: lazyRouteComponent(() => import("./Instance"), "OneInstance"),
  }),
] as const;
