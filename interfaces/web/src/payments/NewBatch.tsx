/** What a file of the payments that wait would hold, and making it. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { BankChoice, useBank } from "../banks/BankChoice";
import type { Bank } from "../banks/queries";
import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { sum } from "../shared/exact";
import { Button } from "../shared/ui/Button";
import { DateInput } from "../shared/ui/dates";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown, Trouble } from "../shared/ui/States";
import { Table } from "../shared/ui/Table";
import { say } from "../shared/ui/toasts";
import { Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { label } from "../shared/words/names";
import { LeftOut } from "./LeftOut";
import { type Preview, preview } from "./queries";

type Order = Schemas["BatchedOrder"];

export function NewBatch() {
  const words = useWords("payments.batches");
  const { bank } = useBank();
  return (
    <Page title={words("newTitle")} lead={words("newLead")} actions={<BankChoice />}>
      {bank && <OfBank key={bank.uid} bank={bank} />}
    </Page>
  );
}

function OfBank({ bank }: { bank: Bank }) {
  const words = useWords("payments.batches");
  const [day, setDay] = useState("");
  const found = useQuery({ ...preview(bank.uid, day), placeholderData: keepPreviousData });
  return (
    <>
      <div className="row">
        <DateInput name="execution_on" label={words("executionOn")} hint={words("executionHint")} onChange={setDay} />
      </div>
      <Shown query={found}>{({ data }) => <Held bank={bank} preview={data} day={day} />}</Shown>
    </>
  );
}

function Held({ bank, preview: it, day }: { bank: Bank; preview: Preview; day: string }) {
  const words = useWords("payments.batches");
  const [left, leave] = useState<ReadonlySet<string>>(new Set());
  const chosen = it.payments.filter(({ uid }) => !left.has(uid));
  const total = sum(chosen.map(({ amount }) => amount));
  return (
    <>
      <Section title={words("wouldHold")}>
        {it.payments.length ? (
          <Table<Order>
            label={words("wouldHold")}
            rows={it.payments}
            rowKey={(row) => row.uid}
            rowName={(row) => `${row.creditor_name} ${row.amount}`}
            selection={{
              chosen: new Set(chosen.map(({ uid }) => uid)),
              choose: (next) => leave(new Set(it.payments.map(({ uid }) => uid).filter((uid) => !next.has(uid)))),
            }}
            columns={[
              { name: "creditor_name", label: words("payee"), cell: (row) => row.creditor_name },
              {
                name: "creditor_account",
                label: "IBAN",
                cell: (row) => <span className="number">{row.creditor_account}</span>,
              },
              {
                name: "amount",
                label: label("amount"),
                amount: true,
                cell: (row) => <Money amount={row.amount} currency={it.currency} />,
                total: <Money amount={total} currency={it.currency} />,
              },
            ]}
            short
          />
        ) : (
          <Empty>{words("nothingWaits")}</Empty>
        )}
      </Section>
      {it.left_out.length > 0 && <LeftOut leftOut={it.left_out} />}
      {it.payments.length > 0 && <Make bank={bank} preview={it} chosen={chosen} total={total} day={day} />}
    </>
  );
}

type MakeProps = { bank: Bank; preview: Preview; chosen: Order[]; total: string; day: string };

function Make({ bank, preview: it, chosen, total, day }: MakeProps) {
  const words = useWords("payments.batches");
  const go = useNavigate();
  const command = useCommand(
    (body: Schemas["NewBatch"], header) =>
      api.POST("/banks/{bank_id}/payment-batches", { body, params: { path: { bank_id: bank.uid }, header } }),
    {
      onDone: ({ data }) => {
        say(words("made"));
        void go({ to: "/batches/$id", params: { id: String(data.id) } });
      },
    },
  );
  return (
    <div className="card stack">
      <p>
        {words.rich("makeText", {
          count: chosen.length,
          number: count(chosen.length),
          amount: () => <Money amount={total} currency={it.currency} />,
        })}
      </p>
      {command.error && <Trouble error={command.error} />}
      <div className="row">
        <Button
          kind="main"
          isDisabled={!chosen.length}
          isPending={command.isPending}
          // Exactly what is shown goes into it, whatever else has begun to wait meanwhile.
          onPress={() => command.mutate({ payments: chosen.map(({ uid }) => uid), execution_on: day || null })}
        >
          {words("make")}
        </Button>
      </div>
    </div>
  );
}
