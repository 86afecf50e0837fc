/** The two roots that contexts hang their routes on: whoever comes by, and whoever is signed in. */

import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { meQuery, type Permission } from "./api/me";
import { restore, session } from "./api/session";
import type { Messages } from "./words/en";

export const rootRoute = createRootRouteWithContext<{ queries: QueryClient }>()({
  component: lazyRouteComponent(() => import("../shell/Root"), "Root"),
  notFoundComponent: lazyRouteComponent(() => import("../shell/Root"), "Missing"),
});

/** Leads to the sign-in and back whoever is not signed in. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ location }) => {
    if (session.state() === "unknown") await restore();
    if (session.state() !== "in") throw redirect({ to: "/sign-in", search: { to: location.href } as never });
  },
  loader: ({ context }) => context.queries.ensureQueryData(meQuery),
  component: lazyRouteComponent(() => import("../shell/Shell"), "Shell"),
});

/** An entry of the navigation; it shows to whoever holds one of the permissions. */
export type Place = {
  to: string;
  /** The name of its words in `shell.places`. */
  name: keyof Messages["shell"]["places"];
  group: "work" | "book" | "operate" | "explore";
  needs: Permission[];
};
