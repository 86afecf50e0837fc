import { type Mood, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import type { Proposal } from "./queries";
import { hasLapsed } from "./telling";

const MOODS: Record<string, Mood> = {
  waiting: "wait",
  confirmed: "good",
  rejected: "bad",
  withdrawn: "quiet",
  lapsed: "quiet",
};

/** What became of a proposal. */
export function State({ proposal }: { proposal: Proposal }) {
  const words = useWords("proposals");
  const state = hasLapsed(proposal) ? "lapsed" : proposal.status;
  return <Status mood={MOODS[state] ?? "quiet"}>{words(`states.${state}`)}</Status>;
}
