import { useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { useWords } from "../shared/words";

export type Outcome = Schemas["ReplayOutcome"];
type Asked = { rejects?: string[]; import_id?: string; reason?: string };
type Sum = { replayed: number; already: number; failed: number };

export type Replay = {
  some: (uids: string[]) => void;
  all: (asked: Asked) => void;
  isPending: boolean;
  error: unknown;
  summary: string;
  outcomes: ReadonlyMap<string, Outcome>;
};

/** Loads rows after all, and keeps what became of each until the next time. */
export function useReplay(): Replay {
  const words = useWords("imports");
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [sum, setSum] = useState<Sum>();
  const command = useCommand(async (asked: Asked) => {
    const found = new Map<string, Outcome>();
    const total = { replayed: 0, already: 0, failed: 0 };
    // Two hundred at once; `next` says where to go on.
    for (let after = 0; ; ) {
      const answer = await api.POST("/rejects/replay", { body: { ...asked, after } });
      if (!answer.data) return answer;
      for (const outcome of answer.data.data) found.set(outcome.reject, outcome);
      total.replayed += answer.data.replayed;
      total.already += answer.data.already_replayed;
      total.failed += answer.data.failed;
      setOutcomes(new Map(found));
      setSum({ ...total });
      if (!answer.data.next) return answer;
      after = answer.data.next;
    }
  });
  return {
    some: (rejects) => command.mutate({ rejects }),
    all: (asked) => command.mutate(asked),
    isPending: command.isPending,
    error: command.error,
    summary: sum ? words("replaySum", sum) : "",
    outcomes,
  };
}
