import type { Schemas } from "../shared/api/client";
import { DateInput } from "../shared/ui/dates";
import { AmountInput, Choice, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { exact } from "../shared/words/format";

const SCOPES = ["1", "2", "3"];

/** What a version of a factor is made of; the names are those of the API, below `prefix`. */
export function FactorFields({ prefix = "" }: { prefix?: string }) {
  const words = useWords("usages");
  const shared = useWords("shared");
  return (
    <>
      <div className="usage-pair">
        <AmountInput name={`${prefix}factor`} label={words("firstFactor")} isRequired />
        <DateInput name={`${prefix}valid_from`} label={words("validFrom")} isRequired />
      </div>
      <TextInput name={`${prefix}source`} label={words("source")} hint={words("sourceHint")} isRequired />
      <div className="usage-pair">
        <TextInput name={`${prefix}region`} label={words("region")} hint={words("optional")} />
        <TextInput name={`${prefix}year`} label={words("year")} inputMode="numeric" hint={words("optional")} />
      </div>
      <Choice
        name={`${prefix}scope`}
        label={words("scope")}
        empty={shared("none")}
        options={SCOPES.map((scope) => ({ value: scope, label: scope }))}
      />
    </>
  );
}

export function factorOf(form: FormData, prefix = ""): Schemas["NewFactor"] {
  const said = (name: string) => entry(form, `${prefix}${name}`);
  return {
    factor: exact(said("factor")),
    valid_from: said("valid_from"),
    source: said("source"),
    region: said("region") || null,
    // What is no number goes as it is, so that the API says so at the field.
    year: said("year") ? wholeOr(said("year")) : null,
    scope: said("scope") ? Number(said("scope")) : null,
  };
}

/** A whole number, or what was typed, which the API refuses at its field. */
export function wholeOr(typed: string): number {
  return /^\d+$/.test(typed) ? Number(typed) : (typed as never);
}
