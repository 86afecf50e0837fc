/** What a usage is made of, for a new one and for one that changes, and what it would emit while it is typed. */

import { keepPreviousData, type UseMutationResult, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { type Answered, Refused, type Schemas } from "../shared/api/client";
import { fieldErrors } from "../shared/api/commands";
import { isPassing } from "../shared/api/queries";
import { DateTimeInput, rightNow } from "../shared/ui/dates";
import { AmountInput, Choice } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { useWords, zone } from "../shared/words";
import { decimal, exact } from "../shared/words/format";
import { useSentences } from "../shared/words/problems";
import { previewQuery, type Usage, type UsageType } from "./queries";
import { unitsOf, unitText } from "./types";

type NewUsage = Schemas["NewUsage"];
type Props<T> = {
  types: readonly UsageType[];
  /** What is changed; nothing for a new one. */
  usage?: Usage;
  command: UseMutationResult<Answered<T>, Error, NewUsage>;
  action: string;
  beside?: ReactNode;
};

/** How long typing rests before what it says is asked for. */
const REST_MS = 300;

export function UsageForm<T>({ types, usage, command, action, beside }: Props<T>) {
  const words = useWords("usages");
  const before = types.find(({ id }) => id === usage?.usage_type_id);
  const open = types.filter(({ id, status }) => status === "active" || id === before?.id);
  const names = [...new Set(open.map(({ name }) => name))];
  const [type, setType] = useState(before ?? open[0]);
  const [unit, setUnit] = useState(usage?.unit ?? type?.unit ?? "");
  const [at, setAt] = useState(usage?.usage_at ?? rightNow());
  const [amount, setAmount] = useState(usage ? decimal(usage.amount) : "");
  const wrong = fieldErrors(command.error, useSentences());

  // What was recorded makes room for the next one of its kind, of now.
  useEffect(() => {
    if (command.data === undefined || usage) return;
    setAmount("");
    setAt(rightNow());
  }, [command.data, usage]);
  if (!type) return null;

  function choose(next: UsageType | undefined): void {
    if (!next) return;
    setType(next);
    setUnit(next.unit);
  }
  const sameName = open.filter(({ name }) => name === type.name);
  const units = unitsOf(type.unit);
  const chosen = units.find((one) => one.toLowerCase() === unit.toLowerCase());
  return (
    <CommandForm
      command={command}
      action={action}
      beside={beside}
      body={(form): NewUsage => ({
        usage_type_id: type.id,
        usage_at: entry(form, "usage_at"),
        amount: exact(entry(form, "amount")),
        unit: entry(form, "unit"),
      })}
    >
      <DateTimeInput
        name="usage_at"
        label={words("when")}
        hint={words("whenHint", { zone })}
        value={at}
        onChange={setAt}
        isRequired
      />
      <div className="usage-pair">
        <Choice
          name="usage_type"
          label={words("name")}
          options={names.map((name) => ({ value: name, label: name }))}
          value={type.name}
          onChange={(name) => choose(open.find((one) => one.name === name))}
        />
        <Choice
          name="usage_type_id"
          label={words("countedIn")}
          options={sameName.map((one) => ({ value: String(one.id), label: unitText(one.unit) }))}
          value={String(type.id)}
          onChange={(id) => choose(open.find((one) => String(one.id) === id))}
          errors={wrong.usage_type_id}
        />
        <AmountInput name="amount" label={words("amount")} value={amount} onChange={setAmount} isRequired />
        <Choice
          name="unit"
          label={words("unit")}
          options={(chosen ? units : [unit, ...units]).map((one) => ({ value: one, label: unitText(one) }))}
          value={chosen ?? unit}
          onChange={setUnit}
          errors={wrong.unit}
        />
      </div>
      <Preview usage={{ usage_type_id: type.id, usage_at: at, amount: exact(amount), unit: chosen ?? unit }} />
    </CommandForm>
  );
}

/** What it would emit. It asks once typing rests, keeps what it said before meanwhile, and is in nobody's way. */
function Preview({ usage }: { usage: NewUsage }) {
  const words = useWords("usages");
  const rested = useRested(usage);
  const isSayable = rested.amount !== "" && rested.usage_at !== "";
  const preview = useQuery({ ...previewQuery(rested), enabled: isSayable, placeholderData: keepPreviousData });
  const told = isSayable && !preview.error ? preview.data?.data : undefined;
  return (
    <div className="usage-preview" role="status" aria-label={words("previewTitle")}>
      {told ? (
        <>
          <strong className="number usage-emissions">
            {decimal(told.emissions)} {told.emissions_unit}
          </strong>
          <span className="small quiet number">
            {words("previewFactor", {
              amount: `${decimal(told.normalised_amount)} ${unitText(told.normalised_unit)}`,
              factor: decimal(told.factor),
              emissionsUnit: told.emissions_unit,
              unit: unitText(told.normalised_unit),
              version: told.factor_version,
            })}
          </span>
        </>
      ) : (
        <span className="quiet">
          {preview.error && isSayable ? <Not error={preview.error} /> : words("previewEmpty")}
        </span>
      )}
    </div>
  );
}

function Not({ error }: { error: Error }) {
  const words = useWords("usages");
  const said = useWords("shared");
  const why = isPassing(error) ? said("away") : error instanceof Refused ? error.problem.detail : said("trouble");
  return words("previewNot", { why });
}

function useRested<T>(value: T): T {
  const text = JSON.stringify(value);
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return JSON.parse(rested) as T;
}
