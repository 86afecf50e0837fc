/** What a machine may hold, as application/shared/permissions.py says; anything else is refused by the API. */

import type { Permission } from "../shared/api/me";

export const SCOPES: Permission[] = [
  "banks:read",
  "customers:read",
  "events:read",
  "expenses:import",
  "expenses:read",
  "expenses:record",
  "imports:profile",
  "imports:read",
  "imports:revert",
  "ledger:read",
  "letters:read",
  "operations:read",
  "payments:read",
  "reactions:read",
  "rejects:correct",
  "security:read",
  "statements:import",
  "transactions:ingest",
  "transactions:read",
  "usage-goals:read",
  "usage-types:write",
  "usages:import",
  "usages:read",
  "workflows:read",
];

export const SCOPES_OF_A_BANK: Permission[] = [
  "banks:read",
  "claims:read",
  "expenses:read",
  "imports:read",
  "ledger:read",
  "payments:read",
  "proposals:read",
  "usage-goals:read",
  "usages:read",
];
