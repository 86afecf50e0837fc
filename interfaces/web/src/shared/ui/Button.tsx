import { Button as AriaButton, type ButtonProps } from "react-aria-components/Button";

export type Kind = "main" | "harm" | "plain" | "";
type Props = Omit<ButtonProps, "className" | "style"> & { kind?: Kind; small?: boolean };

/** A button; `main` is the one thing a screen is for, `harm` what takes something away. */
export function Button({ kind = "", small = false, ...props }: Props) {
  return <AriaButton {...props} className={`button ${kind} ${small ? "small" : ""}`} />;
}
