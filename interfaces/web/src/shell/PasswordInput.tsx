import { useState } from "react";
import { FieldError } from "react-aria-components/FieldError";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextField, type TextFieldProps } from "react-aria-components/TextField";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { useWords } from "../shared/words";

type Props = Omit<TextFieldProps, "children" | "className" | "type"> & { name: string; label: string; hint?: string };

/** A password, which can be looked at while it is written. */
export function PasswordInput({ label, hint, ...props }: Props) {
  const words = useWords("shell");
  const [isShown, show] = useState(false);
  return (
    <TextField {...props} type={isShown ? "text" : "password"} className="field">
      <Label>{label}</Label>
      <div className="with-button">
        <Input className="input" autoCapitalize="none" autoCorrect="off" spellCheck="false" />
        <ToggleButton className="button" isSelected={isShown} onChange={show} aria-label={words("showPassword")}>
          {words(isShown ? "hide" : "show")}
        </ToggleButton>
      </div>
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="wrong" />
    </TextField>
  );
}
