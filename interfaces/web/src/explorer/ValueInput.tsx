import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useId } from "react";
import { Choice } from "../shared/ui/Fields";
import { Loading } from "../shared/ui/States";
import { useWords } from "../shared/words";
import { label as labelOf } from "../shared/words/names";
import type { Collection, Field } from "./collections";
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

// They bring a calendar with them.
const DateInput = lazy(() => import("../shared/ui/dates").then((it) => ({ default: it.DateInput })));
const DateTimeInput = lazy(() => import("../shared/ui/dates").then((it) => ({ default: it.DateTimeInput })));
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
      : field.choices.map((one) => ({ value: one, label: labelOf(one) }));
  const isOpen = field.type === "text" && !options.length;
  const suggests = isOpen && field.groupable && collection.facets;
  const facets = useQuery({ ...facetsQuery(collection, {}, [field.name], SUGGESTED_MAX), enabled: suggests });
  if (options.length) {
    return (
      <Choice
        name={`filter-${name}`}
        label={label}
        options={options}
        value={value}
        onChange={onChange}
        empty=""
        isRequired
      />
    );
  }
  if (field.type === "date" || field.type === "timestamp") {
    const Input = field.type === "date" ? DateInput : DateTimeInput;
    return (
      <Suspense fallback={<Loading />}>
        <Input name={`filter-${name}`} label={label} value={value} onChange={onChange} isRequired />
      </Suspense>
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
