/** One filter: of which field, how it is compared, with what. */

import { type FormEvent, useState } from "react";
import { Button } from "../shared/ui/Button";
import { Choice } from "../shared/ui/Fields";

import { label } from "../shared/words/names";
import { type Collection, type Field, fieldOf } from "./collections";
import { isNumber, OF_LISTS, readItems, typed, writeItems, written } from "./operands";
import { useSayings } from "./sayings";
import { ValueInput } from "./ValueInput";
import type { Filter } from "./view";

/** `is_null` is one operator to the API and two to people. */
const MISSING = "is_null=true";
const PRESENT = "is_null=false";

type Props = { collection: Collection; filter: Filter | undefined; onDone: (filter: Filter) => void };

export function FilterForm({ collection, filter, onDone }: Props) {
  const { words, operator: said } = useSayings(collection);
  const fields = collection.fields.filter(({ operators }) => operators.length > 0);
  const first = (filter && fieldOf(collection, filter.field)) ?? usualOf(collection, fields);
  const [field, setField] = useState<Field | undefined>(first);
  const [comparison, setComparison] = useState(filter ? comparisonOf(filter) : (first?.operators[0] ?? ""));
  const [held, setHeld] = useState<string[]>(() => (filter && first ? heldBy(first, filter) : [""]));
  if (!field) return null;

  function choose(name: string): void {
    const next = fieldOf(collection, name);
    if (!next) return;
    setField(next);
    setHeld([""]);
    if (!comparisonsOf(next).includes(comparison)) setComparison(comparisonsOf(next)[0] ?? "");
  }

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (field) onDone(filterOf(field, comparison, held));
  }

  function nameOf(one: string): string {
    if (one === MISSING) return words("operators.missing");
    return one === PRESENT ? words("operators.present") : said(field, one);
  }

  return (
    <form className="stack" onSubmit={onSubmit}>
      <Choice
        name="filter-field"
        label={words("field")}
        options={fields.map(({ name }) => ({ value: name, label: label(name) }))}
        value={field.name}
        onChange={choose}
      />
      <Choice
        name="filter-operator"
        label={words("comparison")}
        options={comparisonsOf(field).map((value) => ({ value, label: nameOf(value) }))}
        value={comparison}
        onChange={setComparison}
      />
      <Operand {...{ collection, field, comparison, held }} onChange={setHeld} />
      <Button type="submit" kind="main">
        {words("show")}
      </Button>
    </form>
  );
}

type OperandProps = {
  collection: Collection;
  field: Field;
  comparison: string;
  held: string[];
  onChange: (held: string[]) => void;
};

/** What is compared with: nothing, one value, two, or several. */
function Operand({ collection, field, comparison, held, onChange }: OperandProps) {
  const { words } = useSayings(collection);
  if (comparison === MISSING || comparison === PRESENT) return null;
  if (comparison === "between") {
    const [low = "", high = ""] = held;
    return (
      <>
        <ValueInput
          {...{ collection, field }}
          name="low"
          label={words("from")}
          value={low}
          onChange={(it) => onChange([it, high])}
        />
        <ValueInput
          {...{ collection, field }}
          name="high"
          label={words("to")}
          value={high}
          onChange={(it) => onChange([low, it])}
        />
      </>
    );
  }
  if (comparison !== "in" && comparison !== "nin") {
    const props = { collection, field, value: held[0] ?? "" };
    return <ValueInput {...props} name="value" label={words("value")} onChange={(it) => onChange([it])} />;
  }
  if (field.choices.length) {
    return (
      <fieldset className="choices">
        <legend>{words("value")}</legend>
        {field.choices.map((one) => (
          <label key={one} className="check">
            <input
              type="checkbox"
              checked={held.includes(one)}
              onChange={() => onChange(held.includes(one) ? held.filter((it) => it !== one) : [...held, one])}
            />
            {label(one)}
          </label>
        ))}
      </fieldset>
    );
  }
  return (
    <label className="field">
      <span className="label">{words("lines")}</span>
      <textarea
        className="input"
        required
        value={held.join("\n")}
        onChange={(event) => onChange(event.target.value.split("\n"))}
      />
    </label>
  );
}

function comparisonsOf(field: Field): string[] {
  // A list of days or of moments is nothing that anybody types.
  const isTime = field.type === "date" || field.type === "timestamp";
  return field.operators
    .filter((one) => !(isTime && (one === "in" || one === "nin")))
    .flatMap((one) => {
      if (one !== "is_null") return [one];
      return field.nullable ? [MISSING, PRESENT] : [];
    });
}

/** What people narrow by first: a choice, else whatever comes first after the key. */
function usualOf(collection: Collection, fields: Field[]): Field | undefined {
  const others = fields.filter(({ name }) => name !== collection.key && name !== "uid");
  return others.find(({ choices }) => choices.length) ?? others[0] ?? fields[0];
}

function comparisonOf({ operator, text }: Filter): string {
  return operator === "is_null" ? (text === "false" ? PRESENT : MISSING) : operator;
}

function heldBy(field: Field, { operator, text }: Filter): string[] {
  const values = OF_LISTS.includes(operator) ? readItems(text) : [text];
  return values.map((value) => typed(field, value));
}

function filterOf(field: Field, comparison: string, held: string[]): Filter {
  const name = field.name;
  if (comparison === MISSING || comparison === PRESENT) {
    return { field: name, operator: "is_null", text: String(comparison === MISSING) };
  }
  const values = held.map((one) => written(field, one));
  if (!OF_LISTS.includes(comparison)) return { field: name, operator: comparison, text: values[0] ?? "" };
  const several = comparison === "between" ? inOrder(field, values) : values.filter((one) => one !== "");
  return { field: name, operator: comparison, text: writeItems(several) };
}

/** The lower value first, as the API wants it. */
function inOrder(field: Field, [low = "", high = ""]: string[]): string[] {
  const order = (text: string) => (isNumber(field) ? Number(text) : field.type === "text" ? text : Date.parse(text));
  const isTurned = order(low) > order(high);
  return isTurned ? [high, low] : [low, high];
}
