/** What stands where data are not: on their way, in trouble, or none yet. */

import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useDeferredValue, useState } from "react";
import { Refused } from "../api/client";
import { isPassing } from "../api/queries";
import { SignedOut } from "../api/session";
import { useWords } from "../words";
import { ago, clock } from "../words/format";
import { useSentences } from "../words/problems";
import { Button } from "./Button";

export function Loading() {
  const words = useWords("shared");
  return (
    <p className="loading" role="status">
      {words("loading")}
    </p>
  );
}

/** What went wrong, in the words of the API, and what to do next. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  const words = useWords("shared");
  const sentenceOf = useSentences();
  if (error instanceof SignedOut) return null; // on the way to the door
  const problem = error instanceof Refused ? error.problem : undefined;
  const sentence = problem && sentenceOf(problem);
  if (problem?.status === 429) return <TooMany error={error as Refused} />;
  if (problem?.code === "recent_sign_in_required") {
    return (
      <p className="notice wait" role="alert" tabIndex={-1}>
        {words("notProven")}
      </p>
    );
  }
  const passing = isPassing(error);
  const said =
    sentence ??
    (problem?.status === 403
      ? // Somebody may use the route and still be refused: as the one who proposed it, or whose claim it is.
        words(problem.code === "permission_missing" ? "forbidden" : "refused")
      : problem?.status === 404
        ? words("missing")
        : passing
          ? words("away")
          : words("trouble"));
  return (
    <div className="notice bad stack" role="alert">
      <strong>{said}</strong>
      {passing ? (
        <span>{words("awayNext")}</span>
      ) : (
        sentence === undefined && <span>{problem?.detail ?? String(error)}</span>
      )}
      {problem && <span className="small quiet">{words("requestId", { id: problem.request_id })}</span>}
      {retry && (
        <span>
          <Button onPress={retry}>{words("retry")}</Button>
        </span>
      )}
    </div>
  );
}

/** There were too many attempts; says from when on there may be another. */
function TooMany({ error }: { error: Refused }) {
  const words = useWords("shared");
  const [until] = useState(() => Date.now() + (error.retryAfterS ?? 60) * 1000);
  return (
    <p className="notice bad" role="alert" tabIndex={-1}>
      {words("tooMany", { time: clock(until), ago: ago(new Date(until).toISOString()) })}
    </p>
  );
}

/** Says that there is nothing, and offers the first step. */
export function Empty({ children, action }: { children?: ReactNode; action?: ReactNode }) {
  const words = useWords("shared");
  return (
    <div className="empty">
      <p>{children ?? words("nothing")}</p>
      {action}
    </div>
  );
}

/**
 * The data of a query once they are there; those of before stay while it is asked again.
 *
 * What comes later than the screen is drawn in small pieces, between which the page answers: a phone takes a third of
 * a second for a list and a form, and does nothing else while it draws them in one go.
 */
export function Shown<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }) {
  const hasData = query.data !== undefined;
  const [hadData] = useState(hasData);
  const isDrawn = useDeferredValue(hasData, hadData);
  if (query.data !== undefined && isDrawn) return <>{children(query.data)}</>;
  if (query.isError) return <Trouble error={query.error} retry={() => void query.refetch()} />;
  if (query.failureReason) return <Trouble error={query.failureReason} />;
  return <Loading />;
}
