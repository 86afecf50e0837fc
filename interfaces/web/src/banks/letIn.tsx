/** Letting people in: as a member at once, as an administrator once somebody else confirms it. */

import { api } from "../shared/api/client";
import { FormButton } from "../shared/ui/Commands";
import { AmountInput, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { exact } from "../shared/words/format";
import type { Bank } from "./queries";

const person = (form: FormData) => ({
  first_name: entry(form, "first_name"),
  last_name: entry(form, "last_name"),
  email: entry(form, "email"),
});

export function Admit({ bank }: { bank: Bank }) {
  const words = useWords("banks.people");
  return (
    <FormButton
      label={words("admit")}
      kind="main"
      title={words("admitTitle", { bank: bank.name })}
      action={words("admit")}
      done={words("admitted")}
      body={person}
      send={(body, header) =>
        api.POST("/banks/{bank_id}/members", { body, params: { path: { bank_id: bank.uid }, header } })
      }
    >
      <PersonFields />
    </FormButton>
  );
}

export function Appoint({ bank }: { bank: Bank }) {
  const words = useWords("banks.people");
  return (
    <FormButton
      label={words("appoint")}
      title={words("appointTitle", { bank: bank.name })}
      action={words("propose")}
      done={words("appointed")}
      body={(form) => ({ ...person(form), approval_limit: exact(entry(form, "approval_limit")) || null })}
      send={(body, header) =>
        api.POST("/banks/{bank_id}/administrators", { body, params: { path: { bank_id: bank.uid }, header } })
      }
    >
      <p className="notice">{words("appointWhy")}</p>
      <PersonFields />
      <AmountInput
        name="approval_limit"
        label={words("limitIn", { currency: bank.currency })}
        hint={words("limitHint")}
      />
    </FormButton>
  );
}

function PersonFields() {
  const words = useWords("banks.people");
  return (
    <>
      <div className="columns">
        <TextInput name="first_name" label={words("firstName")} isRequired autoFocus autoComplete="off" />
        <TextInput name="last_name" label={words("lastName")} isRequired autoComplete="off" />
      </div>
      <TextInput
        name="email"
        type="email"
        label={words("email")}
        hint={words("emailHint")}
        isRequired
        autoComplete="off"
      />
    </>
  );
}
