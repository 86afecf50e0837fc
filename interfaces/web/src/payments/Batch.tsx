/** One file of payments: made by one person, released by another, then handed in at the bank. */

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { api } from "../shared/api/client";
import { useMay, useMe } from "../shared/api/me";
import { FormButton, QuestionButton } from "../shared/ui/Commands";
import { TextArea } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { Table } from "../shared/ui/Table";
import { Timeline } from "../shared/ui/Timeline";
import { Day, Facts, Moment, Money } from "../shared/ui/values";
import { Who } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { count, decimal } from "../shared/words/format";
import { usePaymentColumns } from "./columns";
import { Download } from "./Download";
import { type Batch, batch, type Payment, payments } from "./queries";
import { BatchState } from "./State";

export function BatchPage() {
  const { id } = useParams({ from: "/signed-in/batches/$id" });
  return <Shown query={useQuery(batch(id))}>{({ data }) => <One batch={data as Batch} />}</Shown>;
}

function One({ batch: it }: { batch: Batch }) {
  const words = useWords("payments.batches");
  return (
    <Page title={words("one", { id: it.message_id })} lead={words(`inWords.${it.status}`)}>
      <Commands batch={it} />
      <div className="card stack">
        <BatchFacts batch={it} />
      </div>
      <Held batch={it} />
      <Timeline path={`/payment-batches/${it.uid}`} />
    </Page>
  );
}

function Commands({ batch: it }: { batch: Batch }) {
  const words = useWords("payments.batches");
  const me = useMe();
  const exports = useMay("payments:export");
  if (!exports || it.status === "voided") return null;
  if (it.status === "released") {
    return (
      <div className="row">
        <Download batch={it} />
      </div>
    );
  }
  return (
    <div className="row spread">
      {it.created_by === me.uid ? <p className="notice">{words("ownBatch")}</p> : <Release batch={it} />}
      <Void batch={it} />
    </div>
  );
}

function Release({ batch: it }: { batch: Batch }) {
  const words = useWords("payments.batches");
  const amount = `${decimal(it.amount)} ${it.currency}`;
  return (
    <QuestionButton
      label={words("release")}
      kind="main"
      title={words("releaseTitle", { amount })}
      action={words("release")}
      done={words("released")}
      send={(header) => api.POST("/payment-batches/{record_id}/release", { params: { ...at(it), header } })}
    >
      <p>{words("releaseText", { count: it.payments, number: count(it.payments) })}</p>
    </QuestionButton>
  );
}

function Void({ batch: it }: { batch: Batch }) {
  const words = useWords("payments.batches");
  return (
    <FormButton
      label={words("void")}
      kind="harm"
      title={words("voidTitle", { id: it.message_id })}
      action={words("void")}
      done={words("voided")}
      body={(form) => ({ reason: entry(form, "reason") })}
      send={(body, header) => api.POST("/payment-batches/{record_id}/void", { body, params: { ...at(it), header } })}
    >
      <p>{words("voidText")}</p>
      <TextArea name="reason" label={words("reason")} isRequired autoFocus />
    </FormButton>
  );
}

const at = (it: Batch) => ({ path: { record_id: it.uid } });

function BatchFacts({ batch: it }: { batch: Batch }) {
  const words = useWords("payments.batches");
  const facts: [string, React.ReactNode][] = [
    [words("standing"), <BatchState key="status" status={it.status} />],
    [words("payments"), count(it.payments)],
    [words("amount"), <Money key="amount" amount={it.amount} currency={it.currency} />],
    [words("executionOn"), it.execution_on && <Day on={it.execution_on} />],
    [
      words("created"),
      words.rich("byAt", {
        name: () => <Who actor={`user:${it.created_by}`} />,
        moment: () => <Moment at={it.created_at} />,
      }),
    ],
  ];
  if (it.left_out) facts.push([words("leftOutCount"), count(it.left_out)]);
  for (const [name, by, moment] of [
    [words("releasedBy"), it.released_by, it.released_at],
    [words("voidedBy"), it.voided_by, it.voided_at],
  ] as const) {
    if (moment)
      facts.push([
        name,
        words.rich("byAt", { name: () => <Who actor={`user:${by}`} />, moment: () => <Moment at={moment} /> }),
      ]);
  }
  if (it.reason) facts.push([words("reason"), it.reason]);
  facts.push([words("digest"), <code key="digest">{it.sha256}</code>]);
  return <Facts facts={facts} />;
}

/** The payments in it; a file that was given up has let them go. */
function Held({ batch: it }: { batch: Batch }) {
  const words = useWords("payments.batches");
  const columns = usePaymentColumns().map((column) => ({ ...column, sortable: false }));
  const found = useQuery(payments({ batch_uid: it.uid, sort: "creditor_name", limit: "200" }));
  if (it.status === "voided") return null;
  return (
    <Section title={words("payments")}>
      <Shown query={found}>
        {({ data: { data, page } }) =>
          data.length ? (
            <>
              <Table
                label={words("payments")}
                rows={data as Payment[]}
                columns={columns}
                rowKey={(row) => row.uid}
                short
              />
              {page.next && (
                <Link to="/payments" search={{ batch_uid: it.uid } as never}>
                  {words("allOfThem")}
                </Link>
              )}
            </>
          ) : (
            <Empty />
          )
        }
      </Shown>
    </Section>
  );
}
