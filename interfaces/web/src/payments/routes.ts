import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const paymentsPlaces: Place[] = [
  { to: "/payments", name: "payments", group: "book", needs: ["payments:read"] },
  { to: "/batches", name: "batches", group: "book", needs: ["ledger:read"] },
  { to: "/cases", name: "cases", group: "book", needs: ["ledger:read"] },
];

export const paymentsRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/payments",
    component: lazyRouteComponent(() => import("./Payments"), "Payments"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/payments/$id",
    component: lazyRouteComponent(() => import("./Payment"), "PaymentPage"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/batches",
    component: lazyRouteComponent(() => import("./Batches"), "Batches"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/batches/new",
    component: lazyRouteComponent(() => import("./NewBatch"), "NewBatch"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/batches/$id",
    component: lazyRouteComponent(() => import("./Batch"), "BatchPage"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/cases",
    component: lazyRouteComponent(() => import("./Cases"), "Cases"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/cases/$id",
    component: lazyRouteComponent(() => import("./Case"), "CasePage"),
  }),
] as const;
