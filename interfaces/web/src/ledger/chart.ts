/** The chart of accounts and what entries are posted for, in the order in which people look for them. */

import type { Entry } from "./queries";

export const ACCOUNTS: Entry["debit_account"][] = [
  "cash_at_bank",
  "reimbursements_payable",
  "payments_in_transit",
  "payables_written_off",
  "employee_expenses",
  "exchange_differences",
];

export const OCCASIONS: Entry["occasion"][] = [
  "incurred",
  "revalued",
  "scheduled",
  "submitted",
  "settled",
  "failed",
  "reinstated",
  "returned",
  "written_off",
  "owed_again",
];
