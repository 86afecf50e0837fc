import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useMemo, useRef } from "react";
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
  const sentences = useSentences();
  // The same errors as long as nothing else was answered: fields take others for news, and show what was mended again.
  const errors = useMemo(() => fieldErrors(command.error, sentences), [command.error, sentences]);
  const isToldAtFields =
    Object.keys(errors).length > 0 &&
    Object.keys(errors).every((name) => form.current?.elements.namedItem(name) !== null);

  useEffect(() => {
    if (!command.error) return;
    form.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid] input, .notice.bad")?.focus();
  }, [command.error]);

  useEffect(() => {
    const shown = form.current;
    shown?.addEventListener("input", lookAgain);
    return () => shown?.removeEventListener("input", lookAgain);
  }, []);

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (!command.isPending) command.mutate(body(new FormData(event.currentTarget)));
  }

  return (
    <AriaForm ref={form} className="stack" validationErrors={errors} onSubmit={onSubmit}>
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

/**
 * What is said against a field goes while it is mended. When it is left would be too late: the press that leaves it is
 * often the one on the button, which would move up from under the pointer, and the press would be lost.
 */
function lookAgain({ target }: Event): void {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
  if (target.getAttribute("aria-invalid") === "true") target.dispatchEvent(new Event("change", { bubbles: true }));
}

/** What a field of a form holds, without blanks around it. */
export function entry(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.trim() : "";
}
