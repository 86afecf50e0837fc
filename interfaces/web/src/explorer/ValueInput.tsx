import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { Choice } from "../shared/ui/Fields";
import { useWords } from "../shared/words";
import { choice } from "../shared/words/names";
import { type Collection, type Field } from "./collections";
import { isNumber } from "./operands";
import { facetsQuery } from "./queries";

type Props = {
  collection: Collection;
  field: Field;
  name: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
};

const KINDS: Partial<Record<Field["type"], string>> = { date: "date", timestamp: "datetime-local" };
const SUGGESTED_MAX = 50;

/** The control for one value of a field, by its type. */
export function ValueInput({ collection, field, name, label, value, onChange }: Props) {
  const words = useWords("shared");
  const id = useId();
  const options =
    field.type === "boolean"
      ? [
          { value: "true", label: words("yes") },
          { value: "false", label: words("no") },
        ]
      : field.choices.map((one) => ({ value: one, label: choice(one) }));
  const isOpen = field.type === "text" && !options.length;
  const suggests = isOpen && field.groupable && collection.facets;
  const facets = useQuery({ ...facetsQuery(collection, {}, [field.name], SUGGESTED_MAX), enabled: suggests });
  if (options.length) {
    return (
      <Choice name={`filter-${name}`} label={label} options={options} value={value} onChange={onChange} empty="" isRequired />
    );
  }
  const known = suggests ? (facets.data?.data.data[0]?.values ?? []) : [];
  const suggested = [...new Set(known.flatMap(({ value: one }) => (typeof one === "string" && one ? [one] : [])))];
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className={isNumber(field) ? "input amount" : "input"}
        type={KINDS[field.type] ?? "text"}
        step={field.type === "timestamp" ? 1 : undefined}
        inputMode={isNumber(field) ? "decimal" : undefined}
        autoComplete="off"
        required={!isOpen}
        list={suggested.length ? `${id}-known` : undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {suggested.length > 0 && (
        <datalist id={`${id}-known`}>
          {suggested.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
    </div>
  );
}
