import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { Form as AriaForm } from "react-aria-components/Form";
import type { Answered } from "../api/client";
import { fieldErrors } from "../api/commands";
import { useWords } from "../words";
import { useSentences } from "../words/problems";
import { Button, type Kind } from "./Button";
import { Trouble } from "./States";

type Props<Body, T> = {
  command: UseMutationResult<Answered<T>, Error, Body>;
  /** The body of the command, from what the form holds. */
  body: (form: FormData) => Body;
  action: string;
  kind?: Kind;
  beside?: ReactNode;
  /** How an error is told that belongs to no field, if not as everywhere. */
  told?: (error: unknown) => ReactNode;
  children: ReactNode;
};

/**
 * The form of a command. What the API says of a field appears at the field of that name; what it says of no field, or
 * of one that is not here, stands above the button.
 */
export function CommandForm<Body, T>({ command, body, action, kind = "main", beside, told, children }: Props<Body, T>) {
  const words = useWords("shared");
  const form = useRef<HTMLFormElement>(null);
  const errors = fieldErrors(command.error, useSentences());
  const [mended, setMended] = useState<readonly string[]>([]);
  const open = useSame(Object.fromEntries(Object.entries(errors).filter(([name]) => !mended.includes(name))));
  const isToldAtFields =
    Object.keys(errors).length > 0 &&
    Object.keys(errors).every((name) => form.current?.elements.namedItem(name) !== null);

  useEffect(() => {
    if (!command.error) return;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid] input, .notice.bad")?.focus();
  }, [command.error]);

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!command.isPending) command.mutate(body(new FormData(event.currentTarget)));
  }

  // What is said of a field goes when it is typed into. If it went only when the field is left, the button would move
  // from under the pointer that presses it, and the press would be lost.
  useEffect(() => {
    setMended([]);
    if (!command.error) return;
    const hear = ({ target }: Event) => {
      const name = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target.name : "";
      if (name && form.current?.contains(target as Node)) setMended((names) => [...names, name]);
    };
    // At the document, where React has heard of it before: drawn anew earlier, the field would forget what was typed.
    document.addEventListener("input", hear);
    return () => document.removeEventListener("input", hear);
  }, [command.error]);

  return (
    <AriaForm ref={form} className="stack" validationErrors={open} onSubmit={onSubmit}>
      {children}
      {command.error &&
        (isToldAtFields ? (
          <p className="notice bad" role="alert">
            {words("wrongFields", { count: Object.keys(errors).length })}
          </p>
        ) : (
          (told?.(command.error) ?? <Trouble error={command.error} />)
        ))}
      <div className="row">
        <Button type="submit" kind={kind} isPending={command.isPending}>
          {action}
        </Button>
        {beside}
      </div>
    </AriaForm>
  );
}

/** The same object as long as it says the same: React Aria takes another one for a new refusal. */
function useSame<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}

/** What a field of a form holds, without blanks around it. */
export function entry(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
