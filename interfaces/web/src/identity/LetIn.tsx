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
const NEWCOMERS = ["auditor", "firmAuditor", "operator"] as const;
type Newcomer = (typeof NEWCOMERS)[number];

/** Lets in an auditor of a bank; whoever is to see every bank, of the firm or another operator, waits for a second word. */
export function LetIn() {
  const words = useWords("identity");
  const shared = useWords("shared");
  const banks = useBanks();
  const [isOpen, setOpen] = useState(false);
  const [as, setAs] = useState<Newcomer>("auditor");
  const names = {
    auditor: words("bankAuditor"),
    firmAuditor: words("firmAuditor"),
    operator: words("roles.operator"),
  };
  const hints = { auditor: undefined, firmAuditor: words("firmAuditorHint"), operator: words("operatorHint") };
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
            role: as === "operator" ? "operator" : "auditor",
            of_firm: as === "firmAuditor",
            bank_id: as === "auditor" ? entry(form, "bank_id") : null,
          })}
          beside={<Button onPress={() => setOpen(false)}>{shared("cancel")}</Button>}
        >
          <TextInput name="name" label={words("name")} isRequired autoFocus autoComplete="off" />
          <TextInput name="email" type="email" label={words("email")} isRequired autoComplete="off" />
          <Choice
            name="as"
            label={words("role")}
            value={as}
            onChange={(value) => setAs(value as Newcomer)}
            options={NEWCOMERS.map((one) => ({ value: one, label: names[one] }))}
            hint={hints[as]}
          />
          {as === "auditor" && (
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
