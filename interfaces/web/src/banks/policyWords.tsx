/** A policy in words, one line for each thing that it says. */

import { useWords } from "../shared/words";
import { count, decimal } from "../shared/words/format";
import type { Policy, Tier } from "./queries";

export type { Policy } from "./queries";

/** The lines of a policy, always the same ones in the same order, so that two of them can be compared. */
export function usePolicyRows(): (policy: Policy) => [name: string, value: string][] {
  const words = useWords("banks.policies");
  const tier = useTierText();
  return (policy) => [
    [words("tiers"), (policy.tiers ?? []).map((one, _, all) => tier(one, all.length === 1)).join(" ")],
    [words("fourEyes"), words(policy.four_eyes === false ? "oneEnough" : "twoNeeded")],
    [words("hold"), policy.hold_hours ? words("hours", { count: policy.hold_hours }) : words("notHeld")],
    [words("splitting"), policy.splitting_days ? words("days", { count: policy.splitting_days }) : words("notSplit")],
    [words("remind"), words("afterDays", { count: policy.remind_days ?? 0 })],
  ];
}

/** What one tier asks for, as a sentence. */
export function useTierText(): (tier: Tier, isOnly: boolean) => string {
  const words = useWords("banks.policies");
  return ({ up_to, currency, approvals = 1, roles = ["administrator"] }, isOnly) => {
    const who = words(roles.length > 1 ? "both" : roles[0] === "operator" ? "operators" : "administrators", {
      count: approvals,
      number: count(approvals),
    });
    if (up_to) return words("tierUpTo", { amount: `${decimal(String(up_to))} ${currency ?? ""}`.trim(), who });
    return currency ? words("tierAbove", { currency, who }) : words(isOnly ? "tierOnly" : "tierRest", { who });
  };
}
