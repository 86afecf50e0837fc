/** The files that payments leave in. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { BankChoice, useBank } from "../banks/BankChoice";
import type { Bank } from "../banks/queries";
import { useMay } from "../shared/api/me";
import { Listing } from "../shared/ui/Listing";
import { Page } from "../shared/ui/Page";
import { Empty } from "../shared/ui/States";
import { Choices } from "../shared/ui/Views";
import { Day, Moment, Money } from "../shared/ui/values";
import { Actor } from "../shared/ui/Who";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { label } from "../shared/words/names";
import { type Batch, batches } from "./queries";
import { BatchState } from "./State";

const STATES = ["created", "released", "voided"] as const;

export function Batches() {
  const words = useWords("payments.batches");
  const shared = useWords("shared");
  const { bank } = useBank();
  const makes = useMay("payments:export");
  return (
    <Page
      title={words("title")}
      lead={words("lead")}
      actions={
        makes && (
          <Link to="/batches/new" className="button main">
            {words("new")}
          </Link>
        )
      }
    >
      <div className="row spread">
        <Choices
          label={words("which")}
          name="status"
          options={[["", shared("all")], ...STATES.map((one): [string, string] => [one, words(`states.${one}`)])]}
        />
        <BankChoice />
      </div>
      {bank && <OfBank bank={bank} />}
    </Page>
  );
}

function OfBank({ bank }: { bank: Bank }) {
  const words = useWords("payments.batches");
  const go = useNavigate();
  const { bank_uid: _, ...query } = useView().query;
  const found = useQuery({ ...batches(bank.uid, query), placeholderData: keepPreviousData });
  return (
    <Listing<Batch>
      query={found}
      label={words("title")}
      rowKey={(row) => row.uid}
      onOpen={(row) => void go({ to: "/batches/$id", params: { id: String(row.id) } })}
      empty={<Empty>{words("none")}</Empty>}
      columns={[
        {
          name: "message_id",
          label: words("messageId"),
          cell: (row) => (
            <Link to="/batches/$id" params={{ id: String(row.id) }}>
              {row.message_id}
            </Link>
          ),
        },
        { name: "status", label: label("status"), sortable: true, cell: (row) => <BatchState status={row.status} /> },
        {
          name: "payments",
          label: words("payments"),
          amount: true,
          sortable: true,
          cell: (row) => count(row.payments),
        },
        {
          name: "amount",
          label: label("amount"),
          amount: true,
          sortable: true,
          cell: (row) => <Money amount={row.amount} currency={row.currency} />,
        },
        {
          name: "execution_on",
          label: words("executionOn"),
          sortable: true,
          cell: (row) => row.execution_on && <Day on={row.execution_on} />,
        },
        { name: "created_by", label: words("createdBy"), cell: (row) => <Actor actor={`user:${row.created_by}`} /> },
        {
          name: "created_at",
          label: words("createdAt"),
          sortable: true,
          cell: (row) => <Moment at={row.created_at} />,
        },
      ]}
    />
  );
}
