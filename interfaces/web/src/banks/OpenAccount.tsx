import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../shared/api/client";
import { FormButton } from "../shared/ui/Commands";
import { Choice, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { AccountNumbers, numbersIn } from "./AccountNumbers";
import { activeMembers, type Member } from "./queries";

/** Opens an account of this member, or of whom one chooses. */
export function OpenAccount({ member }: { member?: Member }) {
  const words = useWords("banks.accounts");
  const shared = useWords("shared");
  const found = useQuery({ ...activeMembers, enabled: !member });
  const [chosen, choose] = useState("");
  const all = member ? [member] : ((found.data?.data.data ?? []) as Member[]);
  const of = member ?? all.find(({ uid }) => uid === chosen);
  return (
    <FormButton
      label={words("open")}
      kind="main"
      title={words("openTitle")}
      action={words("open")}
      done={words("opened")}
      body={(form) => ({
        bank_member_id: of?.uid ?? "",
        ...numbersIn(form),
        holder: entry(form, "holder") || null,
        currency: entry(form, "currency").toUpperCase() || null,
      })}
      send={(body, header) =>
        api.POST("/banks/{bank_id}/accounts", { body, params: { path: { bank_id: of?.bank_uid ?? "" }, header } })
      }
    >
      {!member && (
        <Choice
          name="bank_member_id"
          label={words("member")}
          value={chosen}
          onChange={choose}
          isRequired
          empty={shared("choose")}
          options={all.map((one) => ({ value: one.uid, label: `${one.last_name}, ${one.first_name} (${one.email})` }))}
        />
      )}
      <AccountNumbers isNew />
      <TextInput name="holder" label={words("holder")} hint={words("holderHint")} autoComplete="off" />
      <TextInput
        name="currency"
        label={words("currency")}
        hint={words("currencyHint")}
        maxLength={3}
        autoComplete="off"
      />
    </FormButton>
  );
}
