import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute, signedInRoute } from "../shared/roots";

/** For whoever is not signed in. */
export const doorRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/sign-in",
    component: lazyRouteComponent(() => import("./SignIn"), "SignIn"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/password",
    component: lazyRouteComponent(() => import("./ChoosePassword"), "ChoosePassword"),
  }),
] as const;

export const shellRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/",
    component: lazyRouteComponent(() => import("./Start"), "Start"),
  }),
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/account",
    component: lazyRouteComponent(() => import("./Account"), "Account"),
  }),
] as const;
