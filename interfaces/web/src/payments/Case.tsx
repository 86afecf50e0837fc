/** One case: what contradicts what, and closing it with what came of it. */

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { useMay } from "../shared/api/me";
import { FormButton } from "../shared/ui/Commands";
import { DateInput } from "../shared/ui/dates";
import { Choice, TextArea } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { Page } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Timeline } from "../shared/ui/Timeline";
import { Facts, Moment, Money } from "../shared/ui/values";
import { Who } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { ClaimLink } from "./Payment";
import { type Case, oneCase } from "./queries";
import { CaseState, type PaymentState, State, useReported } from "./State";

export function CasePage() {
  const { id } = useParams({ from: "/signed-in/cases/$id" });
  return <Shown query={useQuery(oneCase(id))}>{({ data }) => <One found={data as Case} />}</Shown>;
}

function One({ found: it }: { found: Case }) {
  const words = useWords("payments.cases");
  const reported = useReported();
  const closes = useMay("payments:export") && it.status === "open";
  return (
    <Page
      title={words("contradiction", { reported: reported(it.reported), recorded: reported(it.payment_status) })}
      lead={words("why")}
      actions={closes && <Close found={it} />}
    >
      <div className="card stack">
        <CaseFacts found={it} />
      </div>
      <Timeline path={`/payments/cases/${it.uid}`} beside={[`/payments/${it.payment_uid}`]} />
    </Page>
  );
}

function CaseFacts({ found: it }: { found: Case }) {
  const words = useWords("payments.cases");
  const reported = useReported();
  const facts: [string, React.ReactNode][] = [
    [words("standing"), <CaseState key="status" status={it.status} />],
    [words("recorded"), <State key="recorded" status={it.payment_status as PaymentState} />],
    [words("reported"), reported(it.reported)],
    [words("detail"), it.detail],
    [words("amount"), <Money key="amount" amount={it.amount} currency={it.currency} />],
    [
      words("payment"),
      <Link key="payment" to="/payments/$id" params={{ id: it.payment_uid }}>
        {words("seePayment")}
      </Link>,
    ],
    [words("claim"), <ClaimLink key="claim" uid={it.reimbursement_uid} />],
    [words("openedAt"), <Moment key="opened" at={it.opened_at} />],
  ];
  if (it.closed_at) {
    facts.push([
      words("closed"),
      words.rich("byAt", {
        name: () => <Who actor={`user:${it.closed_by}`} />,
        moment: () => <Moment at={it.closed_at ?? ""} />,
      }),
    ]);
    facts.push([words("outcome"), words(`outcomes.${it.outcome ?? "stands"}`)], [words("note"), it.note]);
  }
  return <Facts facts={facts} />;
}

function Close({ found: it }: { found: Case }) {
  const words = useWords("payments.cases");
  return (
    <FormButton
      label={words("close")}
      kind="main"
      title={words("closeTitle")}
      action={words("close")}
      done={words("closedDone")}
      body={(form) => ({
        note: entry(form, "note"),
        outcome: entry(form, "outcome") as Schemas["CaseOutcome"],
        settled_on: entry(form, "settled_on") || null,
      })}
      send={(body, header) =>
        api.POST("/payments/cases/{record_id}/close", { body, params: { path: { record_id: it.uid }, header } })
      }
    >
      <Finding canSettle={["failed", "returned"].includes(it.payment_status)} />
    </FormButton>
  );
}

function Finding({ canSettle }: { canSettle: boolean }) {
  const words = useWords("payments.cases");
  const [outcome, setOutcome] = useState("stands");
  const outcomes = canSettle ? (["stands", "settled"] as const) : (["stands"] as const);
  return (
    <>
      <Choice
        name="outcome"
        label={words("outcome")}
        value={outcome}
        onChange={setOutcome}
        options={outcomes.map((value) => ({ value, label: words(`outcomes.${value}`) }))}
      />
      {outcome === "settled" && <DateInput name="settled_on" label={words("settledOn")} isRequired />}
      <TextArea name="note" label={words("note")} hint={words("noteHint")} isRequired autoFocus />
    </>
  );
}
