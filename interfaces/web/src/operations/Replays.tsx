import { api } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { QuestionButton } from "../shared/ui/Commands";
import { say } from "../shared/ui/toasts";
import { Moment, type Mood, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { percent } from "../shared/words/format";
import { label } from "../shared/words/names";
import { isOpen, type Replay } from "./queries";

type Props = { replays: Replay[] };

/** What came of the last replay of a read model, or how far it is. */
export function LastReplay({ replays }: Props) {
  const words = useWords("operations");
  const last = replays.toSorted((one, other) => other.asked_at.localeCompare(one.asked_at))[0];
  if (!last) return <span className="quiet">{words("neverReplayed")}</span>;
  return (
    <span className="row beside">
      <Status mood={moodOf(last)}>
        <Told replay={last} />
      </Status>
      {last.ended_at && (
        <span className="quiet">
          <Moment at={last.ended_at} />
        </span>
      )}
    </span>
  );
}

function Told({ replay: { purpose, state, position, until, differing, error } }: { replay: Replay }) {
  const words = useWords("operations");
  if (state === "failed") return <span className="wraps">{words("replayFailed", { why: error ?? "" })}</span>;
  if (state === "waiting") return words(`replayWaits.${purpose}`);
  if (state === "running") return words(`replaying.${purpose}`, { part: percent(until ? position / until : 0) });
  const tables = (differing ?? []).map(label).join(", ");
  if (purpose === "rebuild") return words(tables ? "rebuiltRight" : "rebuilt", { tables });
  return words(tables ? "differs" : "verified", { tables });
}

function moodOf({ purpose, state, differing }: Replay): Mood {
  if (state === "failed") return "bad";
  if (state !== "done") return "wait";
  return purpose === "verify" && differing?.length ? "bad" : "good";
}

/** Has a projector verify a read model, or rebuild it after a question. */
export function AskForReplay({ projection, replays }: Props & { projection: string }) {
  const words = useWords("operations");
  const verify = useCommand(() => ask(projection, "verify"), { onDone: () => say(words("replayAsked")) });
  const isAsked = (purpose: Replay["purpose"]) => replays.some((it) => it.purpose === purpose && isOpen(it));
  const name = label(projection);
  return (
    <span className="row beside">
      <Button
        small
        aria-label={words("verifyOne", { name })}
        isDisabled={isAsked("verify")}
        isPending={verify.isPending}
        onPress={() => verify.mutate(null, { onError: ({ message }) => say(message) })}
      >
        {words("verify")}
      </Button>
      {!isAsked("rebuild") && (
        <QuestionButton
          small
          label={words("rebuild")}
          title={words("rebuildTitle", { name })}
          action={words("rebuild")}
          done={words("replayAsked")}
          send={() => ask(projection, "rebuild")}
        >
          <p>{words("rebuildWhat")}</p>
        </QuestionButton>
      )}
    </span>
  );
}

const ask = (projection: string, purpose: Replay["purpose"]) =>
  api.POST("/projections/{projection}/replays", { params: { path: { projection } }, body: { purpose } });
