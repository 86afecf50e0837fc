/** All words in German. */

import { banks } from "../../banks/words.de";
import { customers } from "../../customers/words.de";
import { events } from "../../events/words.de";
import { expenses } from "../../expenses/words.de";
import { explorer } from "../../explorer/words.de";
import { identity } from "../../identity/words.de";
import { imports } from "../../imports/words.de";
import { ledger } from "../../ledger/words.de";
import { mail } from "../../mail/words.de";
import { operations } from "../../operations/words.de";
import { payments } from "../../payments/words.de";
import { proposals } from "../../proposals/words.de";
import { reimbursements } from "../../reimbursements/words.de";
import { shell } from "../../shell/words.de";
import { usages } from "../../usages/words.de";
import type { Messages } from "./en";
import { problems } from "./problems.de";
import { shared } from "./shared.de";

export const de: Messages = {
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
