import type { FormEvent } from "react";
import { Button } from "../shared/ui/Button";
import { TextArea } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";

type Props = { action: string; isPending: boolean; onDeny: (reason: string) => void; onKeep: () => void };

/** Asks for the reason where it was pressed. What was typed stays, whatever the API says to it. */
export function DenyReason({ action, isPending, onDeny, onKeep }: Props) {
  const words = useWords("reimbursements");
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!isPending) onDeny(entry(new FormData(event.currentTarget), "reason"));
  }
  return (
    <form className="stack deny" onSubmit={onSubmit} onKeyDown={(event) => event.key === "Escape" && onKeep()}>
      <TextArea
        name="reason"
        label={words("denyReason")}
        hint={words("denyHint")}
        maxLength={500}
        isRequired
        autoFocus
      />
      <div className="row">
        <Button type="submit" kind="harm" isPending={isPending}>
          {action}
        </Button>
        <Button onPress={onKeep}>{words("keep")}</Button>
      </div>
    </form>
  );
}
