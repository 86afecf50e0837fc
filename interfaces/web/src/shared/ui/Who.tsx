/** Who did something, by what an event says of its actor. */

import { useMe } from "../api/me";
import { useNameOf } from "../api/people";
import { useWords } from "../words";

const KNOWN = { "local:operator": "machine", "sign-in:unknown": "nobody", applicant: "applicant" } as const;

/** `by Ruth Abara`, `by you`, `by Daybook itself`; `name` is theirs, where a screen knows it already. */
export function Who({ actor, name: known }: { actor: string; name?: string | undefined }) {
  const words = useWords("events.by");
  const { kind, name } = useActor(actor, known);
  return <span title={actor}>{kind ? words(kind) : words("name", { name })}</span>;
}

/** The same where a heading says that it is about who did it. */
export function Actor({ actor }: { actor: string }) {
  const words = useWords("events.who");
  const { kind, name } = useActor(actor);
  return <span title={actor}>{kind ? words(kind) : name}</span>;
}

type Kind = "you" | "itself" | "machine" | "nobody" | "applicant" | "mail" | "service";

function useActor(actor: string, known?: string): { kind?: Kind; name: string } {
  const me = useMe();
  const found = useNameOf(actor, known);
  const [sort, id = ""] = actor.split(":");
  if (id !== "" && id === me.uid) return { kind: "you", name: me.name };
  if (sort === "reaction") return { kind: "itself", name: id };
  if (sort === "mail") return { kind: "mail", name: id };
  if (actor in KNOWN) return { kind: KNOWN[actor as keyof typeof KNOWN], name: actor };
  if (found) return { name: found };
  if (sort === "service") return { kind: "service", name: id };
  return { name: id ? `${sort} ${id.slice(0, 8)}` : actor };
}
