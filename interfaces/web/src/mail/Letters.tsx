/** The letters that Daybook sent: to oneself, or for whoever operates it to anybody, and what became of them. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMay, useMe } from "../shared/api/me";
import { Listing } from "../shared/ui/Listing";
import { Page } from "../shared/ui/Page";
import { Empty } from "../shared/ui/States";
import type { Column } from "../shared/ui/Table";
import { Choices, Search } from "../shared/ui/Views";
import { Moment, type Mood, Status } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { type Letter, letters } from "./queries";
import "./mail.css";

const MOODS: Record<Letter["status"], Mood> = { sent: "good", refused: "bad", bounced: "bad" };
const STATES = ["sent", "refused", "bounced"] as const;
const NARROWED = ["subject[contains]", "recipient[contains]", "status"];

export function Letters() {
  const words = useWords("mail");
  const shared = useWords("shared");
  const seesAll = useMe().roles.includes("operator");
  const { query, one } = useView();
  const found = useQuery({ ...letters(query), placeholderData: keepPreviousData });
  const isNarrowed = NARROWED.some((name) => one(name));
  return (
    <Page title={words("title")} lead={words(seesAll ? "leadOfAll" : "lead")}>
      <div className="row spread">
        <Choices
          label={words("which")}
          name="status"
          options={[["", shared("all")], ...STATES.map((one): [string, string] => [one, words(`states.${one}`)])]}
        />
        <div className="row">
          {seesAll && <Search name="recipient[contains]" label={words("searchTo")} as={(it) => it.toLowerCase()} />}
          <Search name="subject[contains]" label={words("search")} />
        </div>
      </div>
      <Listing<Letter>
        query={found}
        label={words("title")}
        rowKey={(row) => row.uid}
        columns={useColumns(seesAll)}
        empty={<Empty>{words(isNarrowed ? "noneFound" : seesAll ? "noneOfAll" : "none")}</Empty>}
      />
    </Page>
  );
}

function useColumns(seesAll: boolean): Column<Letter>[] {
  const words = useWords("mail");
  return [
    { name: "subject", label: words("subject"), cell: (row) => <Subject letter={row} /> },
    ...(seesAll ? [{ name: "recipient", label: words("to"), cell: (row: Letter) => row.recipient }] : []),
    { name: "status", label: words("state"), cell: (row) => <State letter={row} /> },
    { name: "recorded_at", label: words("at"), cell: (row) => <Moment at={row.sent_at ?? row.recorded_at} /> },
  ];
}

/** Leads to the claim that the letter is about. */
function Subject({ letter: { subject, reimbursement_uid } }: { letter: Letter }) {
  const seesClaims = useMay("claims:read");
  if (!reimbursement_uid || !seesClaims) return <>{subject}</>;
  return (
    <Link to="/claims/$id" params={{ id: reimbursement_uid }}>
      {subject}
    </Link>
  );
}

function State({ letter: { status, reason } }: { letter: Letter }) {
  const words = useWords("mail");
  return (
    <>
      <Status mood={MOODS[status]}>{words(`states.${status}`)}</Status>
      {reason && <div className="quiet reason">{reason}</div>}
    </>
  );
}
