/** One payment: how far the money is, what is owed, what can be done about it, and what happened. */

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Table } from "../shared/ui/Table";
import { Timeline } from "../shared/ui/Timeline";
import { Day, Facts, Moment, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { usePaymentColumns } from "./columns";
import { ObligationCommands } from "./ObligationCommands";
import { Outcome } from "./Outcome";
import { type Obligation, obligationOf, type Payment, payment, payments } from "./queries";
import { Simulations } from "./Simulations";
import { State } from "./State";

export function PaymentPage() {
  const { id } = useParams({ from: "/signed-in/payments/$id" });
  return <Shown query={useQuery(payment(id))}>{({ data }) => <One payment={data as Payment} />}</Shown>;
}

function One({ payment: it }: { payment: Payment }) {
  const words = useWords("payments");
  const owed = useQuery(obligationOf(it.reimbursement_uid)).data?.data.data[0] as Obligation | undefined;
  return (
    <Page title={words("one", { name: it.creditor_name })} lead={<InWords payment={it} />}>
      <div className="columns">
        <div className="card stack">
          <Section title={words("payment")}>
            <PaymentFacts payment={it} />
            <Outcome payment={it} />
            <Simulations payment={it} />
          </Section>
        </div>
        {owed && (
          <div className="card stack">
            <Section title={words("obligation")}>
              <Owed obligation={owed} />
              <ObligationCommands obligation={owed} />
            </Section>
          </div>
        )}
      </div>
      <Others payment={it} />
      <Timeline path={`/payments/${it.uid}`} beside={owed ? [`/obligations/${owed.uid}`] : []} />
    </Page>
  );
}

/** How far it is, as a sentence. */
function InWords({ payment: it }: { payment: Payment }) {
  const words = useWords("payments");
  return (
    <>
      {words.rich(`inWords.${it.status}`, {
        day: () => (it.settled_on ? <Day on={it.settled_on} /> : "–"),
        moment: () => <Moment at={it.submitted_at ?? it.changed_at} relative />,
      })}
      {it.reason && ` ${words("because", { reason: it.reason })}`}
    </>
  );
}

function PaymentFacts({ payment: it }: { payment: Payment }) {
  const words = useWords("payments");
  const seesBatches = useMay("ledger:read");
  return (
    <Facts
      facts={[
        [words("standing"), <State key="state" status={it.status} />],
        [words("amount"), <Money key="amount" amount={it.amount} currency={it.currency} />],
        [words("payee"), it.creditor_name],
        [
          words("account"),
          <Link key="account" to="/accounts/$id" params={{ id: it.bank_account_uid }} className="number">
            {it.creditor_account}
          </Link>,
        ],
        [words("claim"), <ClaimLink key="claim" uid={it.reimbursement_uid} />],
        [words("attempt"), count(it.attempt)],
        [words("rail"), it.rail && words(it.rail === "simulated" ? "rails.simulated" : "rails.sepa_file")],
        [words("reference"), it.rail_reference],
        ...(it.batch_uid && seesBatches
          ? [[words("batch"), <BatchLink key="batch" uid={it.batch_uid} />] as [string, React.ReactNode]]
          : []),
        [words("scheduledAt"), <Moment key="scheduled" at={it.scheduled_at} />],
        [words("submittedAt"), it.submitted_at && <Moment at={it.submitted_at} />],
        [words("settledOn"), it.settled_on && <Day on={it.settled_on} />],
      ]}
    />
  );
}

/** The claim is another context's; its address is what is known of it here. */
export function ClaimLink({ uid }: { uid: string }) {
  const words = useWords("payments");
  return <Link to={`/claims/${uid}` as string}>{words("seeClaim")}</Link>;
}

function BatchLink({ uid }: { uid: string }) {
  const words = useWords("payments");
  return (
    <Link to="/batches/$id" params={{ id: uid }}>
      {words("seeBatch")}
    </Link>
  );
}

function Owed({ obligation: it }: { obligation: Obligation }) {
  const words = useWords("payments");
  return (
    <Facts
      facts={[
        [words("standing"), <State key="state" status={it.status} />],
        [words("amount"), <Money key="amount" amount={it.amount} currency={it.currency} />],
        [words("attempts"), count(it.attempts)],
        [words("owedSince"), <Moment key="since" at={it.incurred_at} />],
        ...(it.held_until
          ? [[words("heldUntil"), <Moment key="held" at={it.held_until} />] as [string, React.ReactNode]]
          : []),
        ...(it.reason ? [[words("reason"), it.reason] as [string, string]] : []),
      ]}
    />
  );
}

/** The other attempts to pay the same, if there were any. */
function Others({ payment: it }: { payment: Payment }) {
  const words = useWords("payments");
  const columns = usePaymentColumns().map((column) => ({ ...column, sortable: false }));
  const found = useQuery(payments({ reimbursement_uid: it.reimbursement_uid, sort: "attempt" }));
  const others = ((found.data?.data.data ?? []) as Payment[]).filter(({ uid }) => uid !== it.uid);
  if (!others.length) return null;
  return (
    <Section title={words("others")}>
      <Table label={words("others")} rows={others} columns={columns} rowKey={(row) => row.uid} short />
    </Section>
  );
}
