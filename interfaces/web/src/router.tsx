/** All routes, by context. */

import { createRouter } from "@tanstack/react-router";
import { banksPlaces, banksRoutes } from "./banks/routes";
import { customersPlaces, customersRoutes } from "./customers/routes";
import { eventsPlaces, eventsRoutes } from "./events/routes";
import { expensesPlaces, expensesRoutes } from "./expenses/routes";
import { explorerPlaces, explorerRoutes } from "./explorer/routes";
import { identityPlaces, identityRoutes } from "./identity/routes";
import { importsPlaces, importsRoutes } from "./imports/routes";
import { ledgerPlaces, ledgerRoutes } from "./ledger/routes";
import { mailPlaces, mailRoutes } from "./mail/routes";
import { operationsPlaces, operationsRoutes } from "./operations/routes";
import { paymentsPlaces, paymentsRoutes } from "./payments/routes";
import { proposalsPlaces, proposalsRoutes } from "./proposals/routes";
import { reimbursementsPlaces, reimbursementsRoutes } from "./reimbursements/routes";
import { parseQuery, writeQuery } from "./shared/address";
import { queries } from "./shared/api/queries";
import { type Place, rootRoute, signedInRoute } from "./shared/roots";
import { Broken, Waiting } from "./shell/Broken";
import { doorRoutes, shellRoutes } from "./shell/routes";
import { usagesPlaces, usagesRoutes } from "./usages/routes";

/** The navigation, in this order within each of its groups. */
export const places: Place[] = [
  ...reimbursementsPlaces,
  ...proposalsPlaces,
  ...usagesPlaces,
  ...paymentsPlaces,
  ...banksPlaces,
  ...mailPlaces,
  ...ledgerPlaces,
  ...expensesPlaces,
  ...eventsPlaces,
  ...customersPlaces,
  ...importsPlaces,
  ...operationsPlaces,
  ...identityPlaces,
  ...explorerPlaces,
];

const routes = rootRoute.addChildren([
  ...doorRoutes,
  signedInRoute.addChildren([
    ...shellRoutes,
    ...reimbursementsRoutes,
    ...proposalsRoutes,
    ...usagesRoutes,
    ...paymentsRoutes,
    ...banksRoutes,
    ...mailRoutes,
    ...ledgerRoutes,
    ...expensesRoutes,
    ...eventsRoutes,
    ...customersRoutes,
    ...importsRoutes,
    ...operationsRoutes,
    ...identityRoutes,
    ...explorerRoutes,
  ]),
]);

export const router = createRouter({
  routeTree: routes,
  basepath: "/app",
  context: { queries },
  parseSearch: parseQuery,
  stringifySearch: writeQuery,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultPendingMs: 200,
  defaultPendingComponent: Waiting,
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
