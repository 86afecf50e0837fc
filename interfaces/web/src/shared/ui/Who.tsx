import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../api/me";
import { useKnownName } from "../api/people";
import { useWords } from "../words";

/** Who did something, by what an event says of its actor; `name` is theirs, where it is known. */
export function Who({ actor, name }: { actor: string; name?: string | undefined }) {
  const words = useWords("shared");
  const me = useQuery(meQuery);
  const known = useKnownName()(actor.startsWith("user:") ? actor.slice("user:".length) : undefined);
  if (me.data?.uid && actor.endsWith(me.data.uid)) return <span>{words("by", { who: me.data.name })}</span>;
  if (name ?? known) return <span>{words("by", { who: name ?? known ?? "" })}</span>;
  if (actor.startsWith("reaction:") || actor === "system") return <span>{words("bySystem")}</span>;
  return actor.startsWith("user:") ? null : <span>{words("by", { who: actor })}</span>;
}
