import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type Place, signedInRoute } from "../shared/roots";

export const mailPlaces: Place[] = [{ to: "/letters", name: "letters", group: "work", needs: ["letters:read"] }];

export const mailRoutes = [
  createRoute({
    getParentRoute: () => signedInRoute,
    path: "/letters",
    component: lazyRouteComponent(() => import("./Letters"), "Letters"),
  }),
] as const;
