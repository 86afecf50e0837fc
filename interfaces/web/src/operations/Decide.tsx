import { useState } from "react";
import { api } from "../shared/api/client";
import { type Keyed, useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Question } from "../shared/ui/Dialog";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { choice } from "../shared/words/names";
import type { Reaction } from "./queries";

type Props = { reactions: Reaction[]; onDone?: () => void; isSelection?: boolean };
type Way = "retry" | "discard";

/** Has reactions tried again, or gives them up after a question that says what will not happen then. */
export function Decide({ reactions, onDone, isSelection = false }: Props) {
  const words = useWords("operations");
  const [isAsked, setAsked] = useState(false);
  const [refused, setRefused] = useState<string[]>([]);
  const retry = useDecision("retry");
  const discard = useDecision("discard");
  const open = reactions.filter(({ state }) => state === "parked" || state === "pending");
  const count = open.length;

  function decide(way: Way, command: ReturnType<typeof useDecision>): void {
    command.mutate(open, {
      onSuccess: ({ data }) => {
        setAsked(false);
        setRefused(data.refused);
        if (data.done) say(words(way === "retry" ? "retried" : "discarded", { count: data.done }));
        onDone?.();
      },
    });
  }

  if (!isSelection && !count) return null;
  return (
    <>
      <div className="row">
        <Button kind="main" isDisabled={!count} isPending={retry.isPending} onPress={() => decide("retry", retry)}>
          {isSelection ? words("retrySome", { count }) : words("retry")}
        </Button>
        <Button kind="harm" isDisabled={!count} onPress={() => setAsked(true)}>
          {isSelection ? words("discardSome", { count }) : words("discard")}
        </Button>
      </div>
      {[...refused, ...(retry.error ? [String(retry.error.message)] : [])].map((text) => (
        <p key={text} className="notice bad" role="alert">
          {text}
        </p>
      ))}
      <Question
        title={words("discardTitle", { count, what: choice(open[0]?.kind ?? "") })}
        open={isAsked}
        onClose={() => setAsked(false)}
        kind="harm"
        action={words("discardDo", { count })}
        onAction={() => decide("discard", discard)}
        pending={discard.isPending}
        error={discard.error}
      >
        <NotHappening reactions={open} />
      </Question>
    </>
  );
}

/** What will not happen, by what was to be done. */
function NotHappening({ reactions }: { reactions: Reaction[] }) {
  const words = useWords("operations");
  const kinds = new Map<string, Reaction[]>();
  for (const one of reactions) kinds.set(one.kind, [...(kinds.get(one.kind) ?? []), one]);
  return (
    <>
      <p>{words("notHappening")}</p>
      <ul>
        {[...kinds].map(([kind, those]) => (
          <li key={kind}>{words(`lost.${those[0]?.lane ?? "common"}`, { count: those.length, what: choice(kind) })}</li>
        ))}
      </ul>
      <p className="quiet">{words("discardLater")}</p>
    </>
  );
}

/** Decides one after the other: what meanwhile was done or runs is told of, and stops nothing. */
function useDecision(way: Way) {
  return useCommand(async (reactions: Reaction[], _header: Keyed) => {
    const found = { done: 0, refused: [] as string[] };
    let response = new Response();
    for (const { id } of reactions) {
      const path = { params: { path: { record_id: String(id) } } };
      const answer = await (way === "retry"
        ? api.POST("/reactions/{record_id}/retry", path)
        : api.POST("/reactions/{record_id}/discard", path));
      response = answer.response;
      if (answer.data) found.done += 1;
      else if (answer.error && response.status === 409) found.refused.push(answer.error.detail);
      else return { error: answer.error, response };
    }
    return { data: found, response: response.ok ? response : new Response() };
  });
}
