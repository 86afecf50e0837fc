/** The fields of forms: a label, the control, a hint, and what the browser or the API has against the value. */

import type { ReactNode } from "react";
import { FieldError } from "react-aria-components/FieldError";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextArea as AriaTextArea } from "react-aria-components/TextArea";
import { TextField, type TextFieldProps } from "react-aria-components/TextField";

export type FieldProps = { name: string; label: string; hint?: ReactNode };
type TextProps = FieldProps & Omit<TextFieldProps, "name" | "children" | "className"> & { amount?: boolean };

/** A line of text. */
export function TextInput({ label, hint, amount = false, ...props }: TextProps) {
  return (
    <TextField {...props} className="field">
      <Label>{label}</Label>
      <Input className={`input ${amount ? "amount" : ""}`} />
      <Below hint={hint} />
    </TextField>
  );
}

/** An exact amount, as it is written in the language of the page: `1.204,81` is 1204.81 in German. */
export function AmountInput(props: TextProps) {
  return <TextInput inputMode="decimal" autoComplete="off" amount {...props} />;
}

/** Several lines of text. */
export function TextArea({ label, hint, ...props }: TextProps) {
  return (
    <TextField {...props} className="field">
      <Label>{label}</Label>
      <AriaTextArea className="input" />
      <Below hint={hint} />
    </TextField>
  );
}

export type Option = { value: string; label: string };
type ChoiceProps = FieldProps & {
  options: Option[];
  value?: string;
  defaultValue?: string;
  onChange?: (value: string) => void;
  isRequired?: boolean;
  /** What stands for no choice; without it, the first option is chosen. */
  empty?: string;
  errors?: string[] | undefined;
};

/** One of a few; the browser's own list, which every phone and every screen reader knows. */
export function Choice(props: ChoiceProps) {
  const { name, label, hint, options, value, defaultValue, onChange, isRequired, empty, errors } = props;
  const said = errors?.length ? `${name}-wrong` : hint ? `${name}-hint` : undefined;
  return (
    <div className="field">
      <label htmlFor={`field-${name}`}>{label}</label>
      <select
        id={`field-${name}`}
        className="input"
        name={name}
        required={isRequired}
        aria-describedby={said}
        aria-invalid={errors?.length ? true : undefined}
        {...(value === undefined ? { defaultValue } : { value })}
        onChange={(event) => onChange?.(event.target.value)}
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {hint && (
        <span className="hint" id={`${name}-hint`}>
          {hint}
        </span>
      )}
      {errors?.length ? (
        <span className="wrong" id={`${name}-wrong`}>
          {errors.join(" ")}
        </span>
      ) : null}
    </div>
  );
}

/** What stands below a control. */
export function Below({ hint }: { hint?: ReactNode }) {
  return (
    <>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="wrong" />
    </>
  );
}
