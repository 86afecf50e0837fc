/** What waits for a second person: for this one, or for another one; and what became of the rest. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMay, useMe } from "../shared/api/me";
import { Listing } from "../shared/ui/Listing";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { Moment } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import { Card } from "./Card";
import { decidedProposals, type Proposal, waitingProposals } from "./queries";
import { State } from "./State";
import { hasLapsed, useSentence } from "./telling";

export function Proposals() {
  const words = useWords("proposals");
  const me = useMe();
  const decides = useMay("proposals:decide");
  const waiting = useQuery(waitingProposals);
  return (
    <Page title={words("title")} lead={words("lead")}>
      <Shown query={waiting}>
        {({ data }) => {
          const open = (data.data as Proposal[]).filter((one) => !hasLapsed(one));
          const mine = open.filter((one) => one.proposed_by === me.uid);
          const others = open.filter((one) => one.proposed_by !== me.uid);
          return (
            <>
              <Section title={words(decides ? "forYou" : "waiting", { count: others.length })}>
                {others.length ? (
                  others.map((one) => <Card key={one.uid} proposal={one} />)
                ) : (
                  <Empty>{words("noneForYou")}</Empty>
                )}
              </Section>
              {mine.length > 0 && (
                <Section title={words("yours", { count: mine.length })}>
                  {mine.map((one) => (
                    <Card key={one.uid} proposal={one} />
                  ))}
                </Section>
              )}
            </>
          );
        }}
      </Shown>
      <Decided />
    </Page>
  );
}

function Decided() {
  const words = useWords("proposals");
  const sentence = useSentence();
  const go = useNavigate();
  const { query } = useView();
  const decided = useQuery({ ...decidedProposals(query), placeholderData: keepPreviousData });
  return (
    <Section title={words("decided")}>
      <Listing<Proposal>
        query={decided}
        label={words("decided")}
        rowKey={(row) => row.uid}
        onOpen={(row) => void go({ to: "/proposals/$id", params: { id: String(row.id) } })}
        empty={<Empty>{words("noneDecided")}</Empty>}
        columns={[
          { name: "summary", label: words("what"), cell: (row) => sentence(row) },
          { name: "status", label: label("status"), sortable: true, cell: (row) => <State proposal={row} /> },
          { name: "proposed_by_name", label: words("proposedBy"), sortable: true, cell: (row) => row.proposed_by_name },
          { name: "decided_by_name", label: words("decidedBy"), sortable: true, cell: (row) => row.decided_by_name },
          {
            name: "decided_at",
            label: words("decidedAt"),
            sortable: true,
            cell: (row) => row.decided_at && <Moment at={row.decided_at} />,
          },
        ]}
      />
    </Section>
  );
}
