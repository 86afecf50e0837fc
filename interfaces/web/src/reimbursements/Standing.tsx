/** How far a claim is, and where its money: as a word in lists, as a sentence on its own screen. */

import { type Mood, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { day } from "../shared/words/format";
import type { Claim } from "./queries";

type Stage = "withdrawn" | "pending" | "endorsed" | "denied" | Claim["payment_status"];
type Known = Pick<Claim, "status" | "payment_status" | "withdrawn_at" | "endorsed_by">;

export function stageOf(claim: Known): Stage {
  if (claim.withdrawn_at) return "withdrawn";
  if (claim.status === "pending") return claim.endorsed_by ? "endorsed" : "pending";
  return claim.status === "denied" ? "denied" : claim.payment_status;
}

const MOODS: Record<Stage, Mood> = {
  withdrawn: "quiet",
  pending: "wait",
  endorsed: "wait",
  denied: "bad",
  none: "good",
  scheduled: "good",
  submitted: "good",
  settled: "good",
  failed: "bad",
  returned: "bad",
  blocked: "bad",
  held: "wait",
  cancelled: "bad",
  written_off: "quiet",
};

/** Whether something will happen to it by itself, soon. */
export function isMoving(claim: Known): boolean {
  return ["pending", "endorsed", "none", "scheduled", "submitted"].includes(stageOf(claim));
}

export function Standing({ claim }: { claim: Known }) {
  const words = useWords("reimbursements");
  const stage = stageOf(claim);
  return <Status mood={MOODS[stage]}>{words(`short.${stage}`)}</Status>;
}

/** What became of it, as somebody would tell its member. */
export function Story({ claim }: { claim: Claim }) {
  const words = useWords("reimbursements");
  const stage = stageOf(claim);
  const mood = MOODS[stage] === "quiet" ? "" : MOODS[stage];
  return (
    <div className={`notice ${mood}`}>
      <p>
        {words(`tells.${stage}`, {
          name: (stage === "endorsed" ? claim.endorsed_by_name : claim.decided_by_name) ?? "",
          at: day(claim.withdrawn_at ?? claim.decided_at ?? claim.submitted_at),
          paid: claim.paid_on ? day(claim.paid_on) : "",
          reason: claim.reason ?? "",
        })}
      </p>
      {claim.payment_reason && <p className="small">{words("tells.because", { reason: claim.payment_reason })}</p>}
    </div>
  );
}
