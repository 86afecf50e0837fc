/**
 * Buttons that ask before they do: for what a command takes, or whether it is meant. Where the API answers that
 * somebody else has to confirm, the dialog stays and says so, with the way to the proposal.
 */

import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Answered, Problem, Schemas } from "../api/client";
import { type Keyed, useCommand } from "../api/commands";
import { useWords } from "../words";
import { Button, type Kind } from "./Button";
import { Dialog, Question } from "./Dialog";
import { CommandForm } from "./Form";
import { say } from "./toasts";
import { Moment } from "./values";

export type Waiting = Schemas["WaitingRecord"];
type Send<Body, T> = (body: Body, header: Keyed) => Promise<{ data?: T; error?: Problem; response: Response }>;

/** Whether a command answered that it waits for a second person. */
export function isWaiting(data: unknown): data is Waiting {
  return typeof data === "object" && data !== null && "summary" in data && "expires_at" in data && "kind" in data;
}

type Common<Body, T> = {
  /** What the button says. */
  label: string;
  title: string;
  action: string;
  /** What is said once it is done. */
  done: string;
  send: Send<Body, T>;
  kind?: Kind;
  small?: boolean;
  onDone?: (data: T) => void;
  children?: ReactNode;
};

/** Asks for what the command takes. */
export function FormButton<Body, T>(props: Common<Body, T> & { body: (form: FormData) => Body; wide?: boolean }) {
  const { label, title, kind = "", small = false, wide = false } = props;
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind={kind} small={small} onPress={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog title={title} open={open} onClose={() => setOpen(false)} wide={wide}>
        <Asking {...props} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

type AskingProps<Body, T> = Common<Body, T> & { body: (form: FormData) => Body; onClose: () => void };

/** Inside of the dialog, so that each opening begins anew. */
function Asking<Body, T>({ send, body, action, kind, done, onDone, onClose, children }: AskingProps<Body, T>) {
  const words = useWords("shared");
  const [waiting, finish] = useFinish<T>(done, onClose, onDone);
  const command = useCommand(send, { onDone: finish });
  if (waiting) return <Waits proposal={waiting} onClose={onClose} />;
  return (
    <CommandForm
      command={command}
      body={body}
      action={action}
      kind={kind === "harm" ? "harm" : "main"}
      beside={<Button onPress={onClose}>{words("cancel")}</Button>}
    >
      {children}
    </CommandForm>
  );
}

/** Asks whether it is meant. */
export function QuestionButton<T>(
  props: Omit<Common<null, T>, "send"> & { send: (header: Keyed) => ReturnType<Send<null, T>> },
) {
  const { label, title, action, done, send, kind = "", small = false, onDone, children } = props;
  const [open, setOpen] = useState(false);
  const [waiting, finish, forget] = useFinish<T>(done, close, onDone);
  const command = useCommand((_: null, header: Keyed) => send(header), { onDone: finish });
  function close(): void {
    setOpen(false);
    forget();
    command.reset();
  }
  return (
    <>
      <Button kind={kind} small={small} onPress={() => setOpen(true)}>
        {label}
      </Button>
      {waiting ? (
        <Dialog title={title} open={open} onClose={close}>
          <Waits proposal={waiting} onClose={close} />
        </Dialog>
      ) : (
        <Question
          title={title}
          open={open}
          onClose={close}
          action={action}
          kind={kind === "harm" ? "harm" : "main"}
          onAction={() => command.mutate(null)}
          pending={command.isPending}
          error={command.error}
        >
          {children}
        </Question>
      )}
    </>
  );
}

/** What follows an answer: it is said and the dialog closes, or it waits for somebody else. */
function useFinish<T>(done: string, onClose: () => void, onDone: ((data: T) => void) | undefined) {
  const [waiting, setWaiting] = useState<Waiting>();
  function finish({ data }: Answered<T>): void {
    if (isWaiting(data)) {
      setWaiting(data);
      return;
    }
    say(done);
    onClose();
    onDone?.(data);
  }
  return [waiting, finish, () => setWaiting(undefined)] as const;
}

/** Says that nothing has changed yet, and who has to act. */
export function Waits({ proposal, onClose }: { proposal: Waiting; onClose: () => void }) {
  const words = useWords("shared");
  return (
    <div className="stack">
      <div className="notice wait stack" role="status">
        <strong>{words("waits")}</strong>
        <span>{words.rich("waitsUntil", { moment: () => <Moment at={proposal.expires_at} /> })}</span>
      </div>
      <div className="row">
        <Link className="button" to={`/proposals/${proposal.id}` as string} onClick={onClose}>
          {words("toProposal")}
        </Link>
        <Button kind="main" onPress={onClose} autoFocus>
          {words("done")}
        </Button>
      </div>
    </div>
  );
}
