import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { answered, api, Refused } from "../shared/api/client";
import { Button } from "../shared/ui/Button";
import { TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { Trouble } from "../shared/ui/States";
import { useWords } from "../shared/words";
import { type Sought, sought } from "./things";

/** Finds an event or the history of a thing by whatever names it. */
export function Finder() {
  const words = useWords("events");
  const navigate = useNavigate();
  const find = useMutation({
    mutationFn: async (typed: string) => {
      const meant = sought(typed);
      if (!meant) throw new NotThere();
      await go(meant);
    },
    retry: false,
  });

  async function go(meant: Sought): Promise<void> {
    if (meant.kind === "event") {
      const { position } = meant;
      await answered(api.GET("/events/{record_id}", { params: { path: { record_id: position } } }));
      return navigate({ to: "/events/$position", params: { position } });
    }
    if (meant.kind === "record") return navigate({ to: "/history", search: { thing: meant.path.slice(1) } as never });
    const search = await led(meant.uuid);
    if (!search) throw new NotThere();
    return navigate({ to: search.stream_id ? "/history" : "/events", search: thingOf(search) as never });
  }

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    find.mutate(entry(new FormData(event.currentTarget), "thing"));
  }
  const isMissing =
    find.error instanceof NotThere || (find.error instanceof Refused && find.error.problem.status === 404);
  return (
    <form className="finder" onSubmit={onSubmit}>
      <TextInput name="thing" type="search" label={words("findLabel")} hint={words("findHint")} isRequired />
      <Button type="submit" isPending={find.isPending}>
        {words("find")}
      </Button>
      {find.error &&
        (isMissing ? (
          <p className="notice wait" role="alert">
            {words("notFound", { text: find.variables })}
          </p>
        ) : (
          <Trouble error={find.error} />
        ))}
    </form>
  );
}

class NotThere extends Error {}

/** A uuid may be that of a thing, of a correlation or of a command. */
async function led(uuid: string): Promise<Record<string, string> | undefined> {
  const ways = ["stream_id", "correlation_id", "causation_id"] as const;
  const found = await Promise.all(
    ways.map(async (way) => {
      const query = { [way]: uuid, limit: 1, fields: ["position"] } as never;
      return (await answered(api.GET("/events", { params: { query } }))).data.data.length > 0;
    }),
  );
  const way = ways[found.indexOf(true)];
  return way && { [way]: uuid };
}

function thingOf(search: Record<string, string>): Record<string, string> {
  return search.stream_id ? { thing: search.stream_id } : search;
}
