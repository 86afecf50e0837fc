import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../api/me";
import { useWords } from "../words";

/** Who did something, by what an event says of its actor. */
export function Who({ actor }: { actor: string }) {
  const words = useWords("shared");
  const me = useQuery(meQuery);
  if (me.data && actor.endsWith(String(me.data.uid))) return <span>{words("by", { who: me.data.name })}</span>;
  return <span>{words("by", { who: actor })}</span>;
}
