/** What the simulated bank can be made to do, for trying things out. */

import { api } from "../shared/api/client";
import { useMay } from "../shared/api/me";
import { FormButton, QuestionButton } from "../shared/ui/Commands";
import { TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import type { Payment } from "./queries";

export function Simulations({ payment: it }: { payment: Payment }) {
  const words = useWords("payments.simulate");
  const may = useMay("simulate");
  if (!may || it.rail !== "simulated" || !["submitted", "settled"].includes(it.status)) return null;
  const at = { path: { record_id: it.uid } };
  return (
    <div className="stack">
      <p className="quiet small">{words("lead")}</p>
      <div className="row">
        {it.status === "submitted" && (
          <>
            <QuestionButton
              label={words("settle")}
              title={words("settleTitle")}
              action={words("settle")}
              done={words("done")}
              send={() => api.POST("/simulations/payments/{record_id}/settle", { params: at })}
            >
              <p>{words("settleText")}</p>
            </QuestionButton>
            <Because path="/simulations/payments/{record_id}/fail" label={words("fail")} payment={it} />
          </>
        )}
        {it.status === "settled" && (
          <Because path="/simulations/payments/{record_id}/return" label={words("return")} payment={it} />
        )}
      </div>
    </div>
  );
}

type Props = {
  path: "/simulations/payments/{record_id}/fail" | "/simulations/payments/{record_id}/return";
  label: string;
  payment: Payment;
};

function Because({ path, label, payment: it }: Props) {
  const words = useWords("payments.simulate");
  const params = { path: { record_id: it.uid } };
  return (
    <FormButton
      label={label}
      title={label}
      action={label}
      done={words("done")}
      body={(form) => ({ reason: entry(form, "reason") })}
      send={(body) =>
        path === "/simulations/payments/{record_id}/fail"
          ? api.POST(path, { body, params })
          : api.POST(path, { body, params })
      }
    >
      <TextInput name="reason" label={words("reason")} defaultValue={words("example")} isRequired autoFocus />
    </FormButton>
  );
}
