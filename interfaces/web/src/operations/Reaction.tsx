import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Explore } from "../shared/ui/Explore";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Entries } from "../shared/ui/Timeline";
import { Facts, Moment, Status } from "../shared/ui/values";
import { Who } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { choice, label, valueText } from "../shared/words/names";
import { Decide } from "./Decide";
import "./operations.css";
import { eventQuery, type Reaction as OneReaction, reactionQuery } from "./queries";
import { MOODS } from "./Reactions";

/** One reaction: what it is to do, what led to it, and what its last attempt said. */
export function Reaction() {
  const { id } = useParams({ from: "/signed-in/reactions/$id" });
  const reaction = useQuery(reactionQuery(id));
  return <Shown query={reaction}>{({ data }) => <Told reaction={data as OneReaction} />}</Shown>;
}

function Told({ reaction }: { reaction: OneReaction }) {
  const words = useWords("operations");
  const mayDecide = useMay("reactions:manage");
  const title = choice(reaction.kind).replace(/^./, (it) => it.toUpperCase());
  return (
    <Page title={title} lead={words("reactionLead", { id: reaction.id, policy: reaction.policy })}>
      <div role="status">
        <Status mood={MOODS[reaction.state]}>{words(`state_of.${reaction.state}`)}</Status>
      </div>
      {reaction.last_error && (
        <Section title={words("lastError")}>
          <pre className="wraps">{reaction.last_error}</pre>
        </Section>
      )}
      {mayDecide && <Decide reactions={[reaction]} />}
      <div className="columns">
        <Section title={words("about")}>
          <Facts
            facts={[
              [words("failures"), count(reaction.failures)],
              [words("due"), <Moment key="due" at={reaction.due_at} />],
              [words("lane"), words(`lanes.${reaction.lane}`)],
              [words("planned"), <Moment key="made" at={reaction.created_at} />],
              [words("changed"), <Moment key="changed" at={reaction.updated_at} />],
              [words("decidedBy"), reaction.decided_by && <Who key="who" actor={reaction.decided_by} />],
              [
                words("chain"),
                <Explore key="chain" collection="events" query={{ correlation_id: reaction.correlation_id }}>
                  {words("chainShow")}
                </Explore>,
              ],
            ]}
          />
        </Section>
        <Payload payload={(reaction.payload ?? {}) as Record<string, unknown>} />
      </div>
      <LedTo position={reaction.position} />
    </Page>
  );
}

function Payload({ payload }: { payload: Record<string, unknown> }) {
  const words = useWords("operations");
  const members = Object.entries(payload);
  if (!members.length) return null;
  return (
    <Section title={words("given")}>
      <Facts facts={members.map(([name, value]) => [label(name), value === null ? null : valueText(value)])} />
    </Section>
  );
}

/** The event that led to it. */
function LedTo({ position }: { position: number }) {
  const words = useWords("operations");
  const event = useQuery(eventQuery(position));
  return (
    <Section title={words("because")}>
      <Shown query={event}>
        {({ data }) => <Entries events={[data as Parameters<typeof Entries>[0]["events"][number]]} />}
      </Shown>
    </Section>
  );
}
