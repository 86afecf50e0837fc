import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { TextArea } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { decimal } from "../shared/words/format";
import type { Expense } from "./queries";

type Props = { expense: Expense; open: boolean; onClose: () => void };

/** Names the expense that is to stand no longer, and asks why. */
export function VoidDialog({ expense, open, onClose }: Props) {
  const words = useWords("expenses");
  const shared = useWords("shared");
  const strike = useCommand(
    (body: Schemas["Reason"], header) =>
      api.POST("/expenses/{record_id}/void", { body, params: { header, path: { record_id: expense.uid } } }),
    {
      onDone: () => {
        say(words("voided"));
        onClose();
      },
    },
  );
  const { currency, member_name: member } = expense;
  return (
    <Dialog title={words("voidTitle", { id: String(expense.id) })} open={open} onClose={onClose} role="alertdialog">
      <p>{words("voidWhy", { amount: decimal(expense.amount), currency, member })}</p>
      <CommandForm
        command={strike}
        body={(form) => ({ reason: entry(form, "reason") })}
        action={words("void")}
        kind="harm"
        beside={<Button onPress={onClose}>{shared("cancel")}</Button>}
      >
        <TextArea
          name="reason"
          label={words("reason")}
          hint={words("reasonHint")}
          isRequired
          autoFocus
          maxLength={500}
        />
      </CommandForm>
    </Dialog>
  );
}
