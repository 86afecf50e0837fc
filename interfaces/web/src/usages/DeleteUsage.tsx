import { api } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Question } from "../shared/ui/Dialog";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { decimal } from "../shared/words/format";
import type { Usage } from "./queries";

type Props = { usage: Usage; name: string; onClose: () => void; onDone: () => void };

/** Asks before a usage is taken out of the book, by its name. */
export function DeleteUsage({ usage, name, onClose, onDone }: Props) {
  const words = useWords("usages");
  const remove = useCommand(
    (id: number, header) => api.DELETE("/usages/{record_id}", { params: { path: { record_id: String(id) }, header } }),
    {
      onDone: () => {
        say(words("deleted", { usage: name }));
        onClose();
        setTimeout(onDone);
      },
    },
  );
  return (
    <Question
      title={words("deleteTitle")}
      open
      onClose={onClose}
      action={words("delete")}
      kind="harm"
      onAction={() => remove.mutate(usage.id)}
      pending={remove.isPending}
      error={remove.error}
    >
      <p>
        <strong>{name}</strong>
        <br />
        <span className="number quiet">
          {decimal(usage.emissions)} {usage.emissions_unit}
        </span>
      </p>
      <p>{words("deleteWhy")}</p>
    </Question>
  );
}
