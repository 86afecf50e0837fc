import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Page } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Timeline } from "../shared/ui/Timeline";
import { useWords } from "../shared/words";
import { About, Deciding } from "./Card";
import { type Proposal, proposal } from "./queries";
import { State } from "./State";
import { useSentence } from "./telling";

/** One proposal, and what happened to it. */
export function ProposalPage() {
  const { id } = useParams({ from: "/signed-in/proposals/$id" });
  return <Shown query={useQuery(proposal(id))}>{({ data }) => <One proposal={data as Proposal} />}</Shown>;
}

function One({ proposal: it }: { proposal: Proposal }) {
  const words = useWords("proposals");
  const sentence = useSentence();
  return (
    <Page title={sentence(it)} lead={<State proposal={it} />}>
      <div className="card stack">
        <About proposal={it} />
        {it.status === "rejected" && (
          <p className="notice bad">
            {words("rejectedBecause", { name: it.decided_by_name ?? "", reason: it.reason ?? "–" })}
          </p>
        )}
        <Deciding proposal={it} />
      </div>
      <Timeline path={`/proposals/${it.uid}`} />
    </Page>
  );
}
