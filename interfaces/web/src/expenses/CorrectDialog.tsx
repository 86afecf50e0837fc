import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Dialog } from "../shared/ui/Dialog";
import { TextArea } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { ExpenseFields, said } from "./ExpenseFields";
import type { Expense } from "./queries";

type Props = { expense: Expense; open: boolean; onClose: () => void };

/** What an expense is to say from now on, and why. */
export function CorrectDialog({ expense, open, onClose }: Props) {
  const words = useWords("expenses");
  const correct = useCommand(
    (body: Schemas["ExpenseCorrection"], header) =>
      api.POST("/expenses/{record_id}/correct", { body, params: { header, path: { record_id: expense.uid } } }),
    {
      onDone: () => {
        say(words("corrected"));
        onClose();
      },
    },
  );
  return (
    <Dialog title={words("correctTitle", { id: String(expense.id) })} open={open} onClose={onClose}>
      <p className="quiet">{words("correctHint")}</p>
      <CommandForm
        command={correct}
        body={(form) => ({ ...said(form), reason: entry(form, "reason") })}
        action={words("correct")}
      >
        <ExpenseFields of={expense} />
        <TextArea name="reason" label={words("reason")} hint={words("reasonHint")} isRequired maxLength={500} />
      </CommandForm>
    </Dialog>
  );
}
