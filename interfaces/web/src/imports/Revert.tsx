import { useState } from "react";
import { api } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { TextArea } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import type { Import } from "./queries";

/** Takes back all that a run recorded, once somebody has read what that is and said why. */
export function Revert({ run }: { run: Import }) {
  const words = useWords("imports");
  const shared = useWords("shared");
  const [isOpen, setOpen] = useState(false);
  const name = run.file_name ?? run.source;
  const revert = useCommand(
    (body: { reason: string }, header) =>
      api.POST("/imports/{record_id}/revert", { body, params: { path: { record_id: run.uid }, header } }),
    {
      onDone: () => {
        setOpen(false);
        say(words("reverted", { name }));
      },
    },
  );
  return (
    <>
      <Button kind="harm" onPress={() => setOpen(true)}>
        {words("revert")}
      </Button>
      <Dialog title={words("revertTitle", { name })} open={isOpen} onClose={() => setOpen(false)} role="alertdialog">
        <p>{words("revertWhat", { count: run.imported + run.corrected, kind: label(run.kind), source: run.source })}</p>
        <CommandForm
          command={revert}
          kind="harm"
          action={words("revertDo")}
          body={(form) => ({ reason: entry(form, "reason") })}
          beside={<Button onPress={() => setOpen(false)}>{shared("cancel")}</Button>}
        >
          <TextArea name="reason" label={words("revertReason")} isRequired autoFocus />
        </CommandForm>
      </Dialog>
    </>
  );
}
