import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { fieldErrors, useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { Choice, TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { useBanks } from "./queries";
import { SCOPES, SCOPES_OF_A_BANK } from "./scopes";

type New = Schemas["NewServiceAccount"];

/** Lets in a machine: what it is called, what it may do, and which bank it sees. */
export function NewMachine() {
  const words = useWords("identity");
  const shared = useWords("shared");
  const go = useNavigate();
  const banks = useBanks();
  const [isOpen, setOpen] = useState(false);
  const [bank, setBank] = useState("");
  const create = useCommand((body: New, header) => api.POST("/service-accounts", { body, params: { header } }), {
    onDone: ({ data }, { name }) => {
      setOpen(false);
      say(words("machineCreated", { name }));
      void go({ to: "/machines/$id", params: { id: data.uid } });
    },
  });
  const wrong = Object.entries(fieldErrors(create.error)).flatMap(([name, said]) =>
    /^scopes\b/.test(name) ? said : [],
  );
  const scopes = bank ? SCOPES_OF_A_BANK : SCOPES;
  return (
    <>
      <Button kind="main" onPress={() => setOpen(true)}>
        {words("newMachine")}
      </Button>
      <Dialog title={words("newMachine")} open={isOpen} onClose={() => setOpen(false)} wide>
        <CommandForm
          command={create}
          action={words("newMachineDo")}
          body={(form): New => ({
            name: entry(form, "name"),
            scopes: form.getAll("scopes").map(String),
            bank_id: bank || null,
          })}
          beside={<Button onPress={() => setOpen(false)}>{shared("cancel")}</Button>}
        >
          <TextInput name="name" label={words("name")} hint={words("machineNameHint")} isRequired autoFocus />
          <Choice
            name="bank_id"
            label={words("sees")}
            value={bank}
            onChange={setBank}
            empty={words("everyBank")}
            options={banks.map(({ uid, name }) => ({ value: uid, label: name }))}
          />
          <fieldset className="field scopes-field" key={bank ? "bank" : "all"}>
            <legend className="label">{words("scopes")}</legend>
            <div className="scopes">
              {scopes.map((scope) => (
                <label key={scope} className="check">
                  <input type="checkbox" name="scopes" value={scope} />
                  <code>{scope}</code>
                </label>
              ))}
            </div>
            <span className="hint">{words("scopesHint")}</span>
            {wrong.length > 0 && <span className="wrong">{wrong.join(" ")}</span>}
          </fieldset>
        </CommandForm>
      </Dialog>
    </>
  );
}
