/**
 * Commands, sent once however often somebody presses: the same body goes with the same idempotency key until it is
 * carried out, so that a repetition after a lost answer changes nothing.
 */

import { useMutation } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";
import { type Answered, answered, type Problem, Refused, type Schemas } from "./client";
import { refreshAll } from "./queries";

export type Keyed = { "Idempotency-Key": string };
type Fault = Schemas["Fault"];
type Sending<Body, T> = (body: Body, header: Keyed) => Promise<{ data?: T; error?: Problem; response: Response }>;

/** The token was none any more; the next attempt goes with another, or finds that the session has ended. */
const NOT_TAKEN = new Set(["token_expired", "token_invalid", "session_ended"]);
const PROOFS = new Set(["recent_sign_in_required", "stronger_sign_in_required"]);

/** The ways that prove who one is, by role, where a role asks for certain ones. */
export type ProofAsked = { expected_ways?: Record<string, string[]> };
/** Asks the person to prove who they are once more; resolves to whether they did. Set by the dialog that does it. */
let proving: (asked: ProofAsked) => Promise<boolean> = async () => false;
export function proveBy(way: (asked: ProofAsked) => Promise<boolean>): void {
  proving = way;
}

type Heard<Body, T> = {
  onDone?: (answer: Answered<T>, body: Body) => void;
  onRefused?: (error: Error, body: Body) => void;
  /** What is given while one is under way waits for its turn, unless it is the same; else it is left out. */
  inTurn?: boolean;
};

/** A command as a mutation: `send` gets the body and the headers that name this attempt. */
export function useCommand<Body, T>(
  send: Sending<Body, T>,
  { onDone, onRefused, inTurn = false }: Heard<Body, T> = {},
) {
  const attempt = useRef({ body: "", key: "" });
  const underWay = useRef(new Set<string>());
  const id = useId();
  const mutation = useMutation<Answered<T>, Error, Body>({
    mutationFn: async (body) => {
      const text = JSON.stringify(body ?? null);
      if (attempt.current.body !== text || !attempt.current.key) {
        attempt.current = { body: text, key: crypto.randomUUID() };
      }
      const headers = { "Idempotency-Key": attempt.current.key };
      try {
        return await answered(send(body, headers));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const { code } = error.problem;
        const isWorthwhile = NOT_TAKEN.has(code) || (PROOFS.has(code) && (await proving(error.problem as ProofAsked)));
        if (!isWorthwhile) throw error;
        return answered(send(body, headers));
      }
    },
    scope: { id },
    onError: (error, body) => {
      onRefused?.(error, body);
      // Things are otherwise than was shown: they are asked for again, so that they stand beside the refusal.
      if (error instanceof Refused && [409, 412].includes(error.problem.status)) void refreshAll();
    },
    onSuccess: async (answer, body) => {
      attempt.current = { body: "", key: "" };
      onDone?.(answer, body);
      await refreshAll();
    },
    onSettled: (_, __, body) => {
      underWay.current.delete(JSON.stringify(body ?? null));
    },
  });
  // A second click may come before the button says that the first is under way.
  const mutate: typeof mutation.mutate = (...given) => {
    const text = JSON.stringify(given[0] ?? null);
    if (inTurn ? underWay.current.has(text) : underWay.current.size) return;
    underWay.current.add(text);
    mutation.mutate(...given);
  };
  return { ...mutation, mutate };
}

/**
 * What a form changes, and what to tell when the change is refused: it stays as it was read when the form began, however
 * often that is read again. Once somebody else was faster, it is what there is now; a form keyed by its tag shows that.
 */
export function useBasis<T extends { etag: string }>(read: T): [T, (error: Error) => void] {
  const [basis, setBasis] = useState(read);
  const [isStale, setStale] = useState(false);
  if (isStale && basis.etag !== read.etag) {
    setBasis(read);
    setStale(false);
  }
  return [basis, (error) => setStale(error instanceof Refused && error.problem.status === 412)];
}

/** What a problem says of each field of a form, by the field's name; `sentence` may know better words than the API. */
export function fieldErrors(
  error: unknown,
  sentence: (fault: Fault) => string | undefined = () => undefined,
): Record<string, string[]> {
  const told: Record<string, string[]> = {};
  for (const fault of error instanceof Refused ? (error.problem.errors ?? []) : []) {
    const { pointer, parameter } = fault;
    const name = (pointer ?? parameter ?? "").replace(/^\//, "").replaceAll("/", ".");
    if (name) told[name] = [...(told[name] ?? []), sentence(fault) ?? fault.detail];
  }
  return told;
}
