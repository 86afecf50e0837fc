import { useMutation } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { answered, type Schemas } from "../shared/api/client";
import { takeNote, tellProven } from "../shared/api/provider";
import { begin, door } from "../shared/api/session";
import { Loading } from "../shared/ui/States";
import { useWords } from "../shared/words";
import { Door } from "./Door";
import { Refusal } from "./Refusal";
import { wayInto } from "./wayInto";

type Brought = Schemas["CameBack"] & { error?: string };

/** Back from the firm's provider: what it sent along is used once, and stays out of the history. */
export function CameBack() {
  const words = useWords("shell");
  const router = useRouter();
  const [brought] = useState(() => Object.fromEntries(new URLSearchParams(location.search)) as Brought);
  const { mutate, data, error } = useMutation({
    mutationFn: ({ code, state, iss }: Brought) =>
      answered(door.POST("/auth/oidc/finish", { body: iss ? { code, state, iss } : { code, state } })),
    onSuccess: ({ data: pair }) => {
      const note = takeNote();
      // An answer without tokens says that the session there is was confirmed.
      if (!pair && note === undefined) return tellProven();
      if (pair) begin(pair);
      router.history.replace(wayInto(note));
    },
  });
  useEffect(() => {
    history.replaceState(history.state, "", location.pathname);
    if (!brought.error) mutate(brought);
  }, [brought, mutate]);

  const isOver = Boolean(brought.error || error);
  return (
    <Door title={words("signIn")}>
      {brought.error && (
        <p className="notice bad" role="alert">
          {words("providerRefused", { error: brought.error })}
        </p>
      )}
      {error && <Refusal error={error} />}
      {data && !data.data && <p className="notice good">{words("proven")}</p>}
      {isOver && (
        <p>
          <Link to="/sign-in" reloadDocument>
            {words("signInAnew")}
          </Link>
        </p>
      )}
      {!isOver && !data && <Loading />}
    </Door>
  );
}
