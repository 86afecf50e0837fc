/** What an account is reached by: an IBAN, or a routing and an account number of the United States. */

import { useState } from "react";
import { Choice, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";

type Kind = "iban" | "us";

export function AccountNumbers({ isNew = false, kind = "iban" }: { isNew?: boolean; kind?: Kind }) {
  const words = useWords("banks.accounts");
  const [chosen, choose] = useState<Kind>(kind);
  return (
    <>
      <Choice
        name="kind"
        label={words("kind")}
        value={chosen}
        onChange={(value) => choose(value as Kind)}
        options={[
          { value: "iban", label: words("kinds.iban") },
          { value: "us", label: words("kinds.us") },
        ]}
      />
      {chosen === "iban" ? (
        <TextInput name="iban" label="IBAN" hint={words("ibanHint")} isRequired={isNew} autoComplete="off" autoFocus />
      ) : (
        <div className="columns">
          <TextInput name="routing_number" label={words("routing")} isRequired={isNew} autoComplete="off" />
          <TextInput name="account_number" label={words("accountNumber")} isRequired={isNew} autoComplete="off" />
        </div>
      )}
    </>
  );
}

/** The numbers that a form holds; those that were left empty are not said. */
export function numbersIn(form: FormData): { iban?: string; routing_number?: string; account_number?: string } {
  const said = ["iban", "routing_number", "account_number"].map((name) => [name, entry(form, name)]);
  return Object.fromEntries(said.filter(([, value]) => value));
}
