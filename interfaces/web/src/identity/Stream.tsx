import { useQuery } from "@tanstack/react-query";
import { Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Entries, type EventView } from "../shared/ui/Timeline";
import { useWords } from "../shared/words";
import { streamQuery } from "./queries";

/** What happened to a user or a machine: they have no path of a history of their own, so the log is asked. */
export function Stream({ uid }: { uid: string }) {
  const words = useWords("shared");
  const events = useQuery(streamQuery(uid));
  return (
    <Section title={words("history")}>
      <Shown query={events}>{({ data }) => <Entries events={data.data as EventView[]} />}</Shown>
    </Section>
  );
}
