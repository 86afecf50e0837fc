import { type Mood, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { choice } from "../shared/words/names";

const MOODS = {
  waiting: "wait",
  scheduled: "wait",
  submitted: "wait",
  settled: "good",
  failed: "bad",
  returned: "bad",
  blocked: "bad",
  held: "wait",
  cancelled: "quiet",
  written_off: "quiet",
} satisfies Record<string, Mood>;
export type PaymentState = keyof typeof MOODS;

/** How far the money is, of a payment or of what is owed. */
export function State({ status }: { status: PaymentState }) {
  const words = useWords("payments.states");
  return <Status mood={MOODS[status]}>{words(status)}</Status>;
}

const BATCH_MOODS = { created: "wait", released: "good", voided: "quiet" } satisfies Record<string, Mood>;

export function BatchState({ status }: { status: keyof typeof BATCH_MOODS }) {
  const words = useWords("payments.batches.states");
  return <Status mood={BATCH_MOODS[status]}>{words(status)}</Status>;
}

export function CaseState({ status }: { status: "open" | "closed" }) {
  const words = useWords("payments.cases.states");
  return <Status mood={status === "open" ? "bad" : "quiet"}>{words(status)}</Status>;
}

/** What was reported of a payment, in words; the API's own where it is none that is known here. */
export function useReported(): (reported: string) => string {
  const states = useWords("payments.states");
  const outcomes = useWords("payments.outcome.statuses");
  return (reported) => {
    if (reported === "not_returned") return outcomes("not_returned");
    return states.has(reported as PaymentState) ? states(reported as PaymentState) : choice(reported);
  };
}
