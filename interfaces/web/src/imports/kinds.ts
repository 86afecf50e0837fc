/** What files can be of, and what has to be said of such a file beside its source. */

import type { Permission } from "../shared/api/me";

export type Kind = {
  name: "expenses" | "transactions" | "usages" | "statements";
  needs: Permission;
  /** The field of the form that says whose rows they are. */
  owner?: { field: "bank" | "user" | "customer"; isRequired: boolean };
  /** The options that files of this kind are most often declared with. */
  options: Option[];
  modes: Mode[];
};
export type Option =
  | "locale"
  | "currency"
  | "date_format"
  | "last_month"
  | "spending"
  | "keep"
  | "encoding"
  | "delimiter"
  | "sheet"
  | "header_row"
  | "columns"
  | "ignore"
  | "totals";
export type Mode = "quarantine" | "valid_only" | "all_or_nothing";

const LAYOUT: Option[] = ["encoding", "delimiter", "sheet", "header_row", "columns", "ignore", "totals"];
const MONEY: Option[] = ["locale", "currency", "date_format"];
const ALL_MODES: Mode[] = ["quarantine", "valid_only", "all_or_nothing"];

export const KINDS: Kind[] = [
  {
    name: "expenses",
    needs: "expenses:import",
    owner: { field: "bank", isRequired: false },
    options: [...MONEY, ...LAYOUT],
    modes: ALL_MODES,
  },
  {
    name: "transactions",
    needs: "transactions:ingest",
    options: [...MONEY, ...LAYOUT, "keep"],
    modes: ALL_MODES,
  },
  {
    name: "usages",
    needs: "usages:import",
    owner: { field: "user", isRequired: true },
    options: LAYOUT,
    modes: ALL_MODES,
  },
  {
    name: "statements",
    needs: "statements:import",
    owner: { field: "customer", isRequired: true },
    options: [...MONEY, "last_month", "spending", ...LAYOUT],
    modes: ["all_or_nothing"],
  },
];

/** The values that an option can have at all, where they are few. */
export const VALUES: Partial<Record<Option, string[]>> = {
  locale: ["en_US", "de_DE"],
  encoding: ["utf-8", "utf-16", "cp1252"],
  delimiter: [",", ";", "tab", "|"],
  spending: ["positive", "negative"],
};
