/**
 * What speaks for and against deciding a claim, told before somebody tries. It foretells what the API would say
 * (docs/controls.md) from what this person may read, and decides nothing.
 */

import type { Schemas } from "../shared/api/client";
import type { EventView } from "../shared/ui/Timeline";
import { isAtMost, sum } from "./counting";
import type { Claim } from "./queries";

export type Administrator = Required<Schemas["Administrator"]>;
export type Beside = {
  me: string;
  policy: Required<Schemas["PolicyVersion"]>;
  administrators: Administrator[];
  /** What was approved for the member lately, in the claim's currency. */
  spent: string;
  member: Required<Schemas["Member"]>;
  memberHistory: EventView[];
  account: Required<Schemas["Account"]>;
  accountHistory: EventView[];
  /** The administrator whose limit is used, if another's is. */
  lender: Administrator | undefined;
};

export type Reason =
  | { say: "own" | "ownPayee" | "notAsked"; bars: true }
  | { say: "limit"; limit: string; currency: string }
  | { say: "people"; count: number }
  | { say: "admitted" }
  | { say: "endorsed"; name: string }
  | { say: "lately"; spent: string; counted: string; days: number }
  | { say: "otherCurrency"; currency: string }
  | { say: "payeeShared" };

export type Weighed = {
  reasons: Reason[];
  counted: string;
  tier: Schemas["Tier"] | undefined;
  /** `enough`: it is approved; `second`: another word is needed; `said`: theirs is; `barred`: they cannot approve it. */
  comes: "enough" | "second" | "said" | "barred";
  /** Until when nothing is paid to an account that was changed lately. */
  heldUntil: Date | undefined;
};

export function weigh(claim: Claim, beside: Beside): Weighed {
  const { me, policy, administrators, spent, member, account, lender } = beside;
  const counted = sum(claim.amount, spent);
  const tier = tierFor(policy.tiers, claim.currency, counted);
  const mine = administrators.find((one) => one.user_uid === me);
  const reasons: Reason[] = [];
  const say = (reason: Reason) => reasons.push(reason);

  if (member.user_uid === me) say({ say: "own", bars: true });
  const roles = tier?.roles ?? ["administrator"];
  if (!roles.includes(mine ? "administrator" : "operator")) say({ say: "notAsked", bars: true });
  if (policy.four_eyes && beside.accountHistory.some((event) => isBy(event, me))) say({ say: "ownPayee", bars: true });
  if (spent !== "0") say({ say: "lately", spent, counted, days: policy.splitting_days });
  if (account.currency !== claim.currency) say({ say: "otherCurrency", currency: account.currency });
  if (account.duplicate_of) say({ say: "payeeShared" });

  const endorser = administrators.find((one) => one.uid === claim.endorsed_by && one.user_uid !== me);
  if (endorser) say({ say: "endorsed", name: claim.endorsed_by_name ?? "" });
  const limits = [mine, lender, endorser].filter((one) => one !== undefined);
  const covered = !mine || covers(lender ? [mine, lender] : [mine], claim.currency, counted);
  if (!covered && mine?.approval_limit) say({ say: "limit", limit: mine.approval_limit, currency: mine.currency });
  const count = tier?.approvals ?? 1;
  if (count > 1) say({ say: "people", count });
  const admitted = policy.four_eyes && !endorser && beside.memberHistory.slice(0, 1).some((event) => isBy(event, me));
  if (admitted) say({ say: "admitted" });

  const people = endorser ? 2 : 1;
  const isEnough = (!mine || covers(limits, claim.currency, counted)) && people >= count && !admitted;
  const hasSaid = mine !== undefined && claim.endorsed_by === mine.uid;
  const barred = reasons.some((reason) => "bars" in reason);
  return {
    reasons,
    counted,
    tier,
    comes: barred ? "barred" : isEnough ? "enough" : hasSaid && !lender ? "said" : "second",
    heldUntil: heldUntil(account, policy.hold_hours),
  };
}

/** The lowest tier of the currency that reaches the amount, else the one for the rest. */
function tierFor(tiers: Schemas["Tier"][], currency: string, counted: string): Schemas["Tier"] | undefined {
  const reaching = tiers
    .filter((tier) => tier.currency === currency && tier.up_to && isAtMost(counted, tier.up_to))
    .toSorted((one, other) => (isAtMost(one.up_to ?? "0", other.up_to ?? "0") ? -1 : 1));
  return reaching[0] ?? tiers.find((tier) => !tier.up_to);
}

function covers(givers: Administrator[], currency: string, counted: string): boolean {
  if (givers.some((one) => one.approval_limit === null)) return true;
  const limits = givers.filter((one) => one.currency === currency).map((one) => one.approval_limit ?? "0");
  return isAtMost(counted, sum(...limits));
}

function isBy(event: EventView, user: string): boolean {
  return event.actor.endsWith(user);
}

function heldUntil(account: Required<Schemas["Account"]>, hours: number): Date | undefined {
  if (account.payee_version <= 1 || !account.payee_since || !hours) return undefined;
  const until = new Date(new Date(account.payee_since).getTime() + hours * 3_600_000);
  return until.getTime() > Date.now() ? until : undefined;
}
