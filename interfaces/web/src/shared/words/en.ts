/** All words in English. `de.ts` says the same in German, and the compiler that nothing is missing. */

import { banks } from "../../banks/words.en";
import { customers } from "../../customers/words.en";
import { events } from "../../events/words.en";
import { expenses } from "../../expenses/words.en";
import { explorer } from "../../explorer/words.en";
import { identity } from "../../identity/words.en";
import { imports } from "../../imports/words.en";
import { ledger } from "../../ledger/words.en";
import { mail } from "../../mail/words.en";
import { operations } from "../../operations/words.en";
import { payments } from "../../payments/words.en";
import { proposals } from "../../proposals/words.en";
import { reimbursements } from "../../reimbursements/words.en";
import { shell } from "../../shell/words.en";
import { usages } from "../../usages/words.en";
import { problems } from "./problems.en";
import { shared } from "./shared.en";

export const en = {
  shared,
  problems,
  shell,
  reimbursements,
  banks,
  proposals,
  payments,
  ledger,
  expenses,
  events,
  imports,
  mail,
  operations,
  identity,
  usages,
  customers,
  explorer,
};
type Texts<T> = { [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };
export type Messages = Texts<typeof en>;
