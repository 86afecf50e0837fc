import { useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { Choice, TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { useBanks } from "./queries";

type Colleague = Schemas["NewColleague"];

/** Lets in an auditor of a bank, or another operator, who waits for a second word. */
export function LetIn() {
  const words = useWords("identity");
  const shared = useWords("shared");
  const banks = useBanks();
  const [isOpen, setOpen] = useState(false);
  const [role, setRole] = useState<Colleague["role"]>("auditor");
  const letIn = useCommand((body: Colleague, header) => api.POST("/users", { body, params: { header } }), {
    onDone: ({ data }, { name }) => {
      setOpen(false);
      say("expires_at" in data ? words("waitsForSecond", { name }) : words("letIn", { name }));
    },
  });
  return (
    <>
      <Button kind="main" onPress={() => setOpen(true)}>
        {words("new")}
      </Button>
      <Dialog title={words("newTitle")} open={isOpen} onClose={() => setOpen(false)}>
        <p className="quiet">{words("newWhy")}</p>
        <CommandForm
          command={letIn}
          action={words("newDo")}
          body={(form): Colleague => ({
            email: entry(form, "email"),
            name: entry(form, "name"),
            role,
            bank_id: role === "auditor" ? entry(form, "bank_id") : null,
          })}
          beside={<Button onPress={() => setOpen(false)}>{shared("cancel")}</Button>}
        >
          <TextInput name="name" label={words("name")} isRequired autoFocus autoComplete="off" />
          <TextInput name="email" type="email" label={words("email")} isRequired autoComplete="off" />
          <Choice
            name="role"
            label={words("role")}
            value={role}
            onChange={(value) => setRole(value as Colleague["role"])}
            options={(["auditor", "operator"] as const).map((one) => ({ value: one, label: words(`roles.${one}`) }))}
            hint={role === "operator" ? words("operatorHint") : undefined}
          />
          {role === "auditor" && (
            <Choice
              name="bank_id"
              label={words("bank")}
              options={banks.map(({ uid, name }) => ({ value: uid, label: name }))}
              isRequired
            />
          )}
        </CommandForm>
      </Dialog>
    </>
  );
}
