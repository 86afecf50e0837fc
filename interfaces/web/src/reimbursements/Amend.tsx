import { api, type Schemas } from "../shared/api/client";
import { fieldErrors, useBasis, useCommand } from "../shared/api/commands";
import { Dialog } from "../shared/ui/Dialog";
import { DateInput } from "../shared/ui/dates";
import { AmountInput, TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { decimal, exact } from "../shared/words/format";
import { useSentences } from "../shared/words/problems";
import { Currency } from "./Currency";
import type { Claim } from "./queries";
import { today } from "./today";

type Read = { claim: Claim; etag: string };

/** Other details in the place of those that wait; only if nobody changed the claim since it was read. */
export function Amend({ read, onClose }: { read: Read; onClose: () => void }) {
  const words = useWords("reimbursements");
  const [basis, onRefused] = useBasis(read);
  const amend = useCommand(
    (body: Schemas["ReimbursementChange"], header) =>
      api.PATCH("/reimbursements/{record_id}", {
        body,
        params: { path: { record_id: String(read.claim.id) }, header: { ...header, "If-Match": basis.etag } },
      }),
    {
      onRefused,
      onDone: () => {
        say(words("amendedSaid"));
        onClose();
      },
    },
  );
  const errors = fieldErrors(amend.error, useSentences());
  const { claim } = basis;
  return (
    <Dialog title={words("amendTitle", { id: claim.id })} open onClose={onClose}>
      <CommandForm
        key={basis.etag}
        command={amend}
        action={words("amendSave")}
        body={(form) => ({
          amount: exact(entry(form, "amount")),
          currency: entry(form, "currency"),
          description: entry(form, "description"),
          incurred_on: entry(form, "incurred_on"),
        })}
      >
        <TextInput
          name="description"
          label={words("description")}
          defaultValue={claim.description}
          isRequired
          autoFocus
        />
        <div className="amount-and-currency">
          <AmountInput name="amount" label={words("amount")} defaultValue={decimal(claim.amount)} isRequired />
          <Currency of={claim.currency} errors={errors.currency} />
        </div>
        <DateInput
          name="incurred_on"
          label={words("incurredOn")}
          defaultValue={claim.incurred_on}
          max={today()}
          isRequired
        />
        {claim.endorsed_by && <p className="quiet">{words("amendHint")}</p>}
      </CommandForm>
    </Dialog>
  );
}
