/** Saying what became of a payment that left in a file: such a rail tells nothing back. */

import { useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { useMay } from "../shared/api/me";
import { FormButton } from "../shared/ui/Commands";
import { DateInput } from "../shared/ui/dates";
import { Choice, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import type { Payment } from "./queries";

type Status = Schemas["OutcomeStatus"];

/** What can still be heard of a payment in this state. */
const NEXT: Partial<Record<Payment["status"], Status[]>> = {
  submitted: ["settled", "failed", "returned"],
  settled: ["returned"],
  returned: ["not_returned"],
};

export function Outcome({ payment: it }: { payment: Payment }) {
  const may = useMay("payments:export");
  const next = NEXT[it.status];
  if (!may || !next || it.rail !== "sepa_file") return null;
  return (
    <div className="row">
      <Report payment={it} next={next} />
    </div>
  );
}

function Report({ payment: it, next }: { payment: Payment; next: Status[] }) {
  const words = useWords("payments.outcome");
  return (
    <FormButton
      label={words("report")}
      title={words("title", { name: it.creditor_name })}
      action={words("report")}
      done={words("done")}
      body={(form) => ({
        status: entry(form, "status") as Status,
        settled_on: entry(form, "settled_on") || null,
        reason: entry(form, "reason") || null,
      })}
      send={(body, header) =>
        api.POST("/payments/{record_id}/outcome", { body, params: { path: { record_id: it.uid }, header } })
      }
    >
      <p>{words("lead")}</p>
      <OutcomeFields next={next} />
    </FormButton>
  );
}

function OutcomeFields({ next }: { next: Status[] }) {
  const words = useWords("payments.outcome");
  const [chosen, choose] = useState(next[0] ?? "settled");
  const hasDay = chosen === "settled" || chosen === "not_returned";
  return (
    <>
      <Choice
        name="status"
        label={words("what")}
        value={chosen}
        onChange={(value) => choose(value as Status)}
        options={next.map((value) => ({ value, label: words(`statuses.${value}`) }))}
      />
      {hasDay ? (
        <DateInput name="settled_on" label={words("day")} isRequired={chosen === "settled"} />
      ) : (
        <TextInput name="reason" label={words("reason")} hint={words("reasonHint")} isRequired />
      )}
    </>
  );
}
