/**
 * Who is signed in here: the access token lives in this module alone, the refresh token in a cookie no script reads.
 *
 * Every refresh token is good for one use and tabs share the cookie, so one tab at a time refreshes (Web Locks), and a
 * reload in the middle lets the answer arrive all the same (`keepalive`).
 */

import { type components, connect, told } from "daybook-client";

export type Pair = Omit<components["schemas"]["TokenPair"], "refresh_token">;
type State = "unknown" | "in" | "out";

/** Seconds before its end in which an access token is not used any more. */
const EARLY_S = 30;
const HINT = "daybook.signed-in";
const BY_COOKIE = { "Daybook-Session": "cookie" } as const;

let access: { token: string; goodUntil: number } | undefined;
let state: State = "unknown";
const watchers = new Set<() => void>();

/** The routes that need no token; what begins a session puts its refresh token into the cookie. */
export const door = connect("");
door.use({
  onRequest({ request }) {
    request.headers.set("Daybook-Session", BY_COOKIE["Daybook-Session"]);
    return request;
  },
});

export class SignedOut extends Error {}

export const session = {
  state: (): State => state,
  watch(changed: () => void): () => void {
    watchers.add(changed);
    return () => watchers.delete(changed);
  },
};

function become(next: State): void {
  if (next !== state) {
    state = next;
    for (const changed of watchers) changed();
  }
}

/** Goes on with a pair that a way of signing in answered. */
export function begin(pair: Pair): void {
  access = { token: pair.access_token, goodUntil: Date.now() + (pair.expires_in - EARLY_S) * 1000 };
  localStorage.setItem(HINT, "yes");
  become("in");
}

function end(): void {
  access = undefined;
  localStorage.removeItem(HINT);
  become("out");
}

/** After a reload: goes on with the session of the cookie, if this browser was signed in at all. */
export async function restore(): Promise<void> {
  if (!localStorage.getItem(HINT)) return become("out");
  try {
    await token();
  } catch (error) {
    if (!(error instanceof SignedOut)) throw error;
  }
}

/** The access token for the next request, a new one if need be. Throws `SignedOut` once the session has ended. */
export async function token(): Promise<string> {
  if (access && Date.now() < access.goodUntil) return access.token;
  await navigator.locks.request("daybook-session", refreshed);
  if (!access) throw new SignedOut();
  return access.token;
}

/** Has the next request get a new token: the one there was is refused. */
export function forget(refusedToken: string): void {
  if (access?.token === refusedToken) access = undefined;
}

async function refreshed(): Promise<void> {
  if (access && Date.now() < access.goodUntil) return;
  const answer = await fetch("/auth/refresh", { method: "POST", headers: BY_COOKIE, keepalive: true });
  if (answer.ok) return begin((await answer.json()) as Pair);
  if (answer.status === 401) return end();
  throw new TypeError(`The session could not be renewed: ${answer.status}`);
}

/** Ends the session, here and in the other tabs. */
export async function signOut(): Promise<void> {
  await navigator.locks.request("daybook-session", async () => {
    const answer = await fetch("/auth/sign-out", { method: "POST", headers: BY_COOKIE, keepalive: true });
    if (!answer.ok && answer.status !== 401) throw new TypeError(`Signing out failed: ${answer.status}`);
    end();
  });
}

// Another tab signed in or out: this one follows.
addEventListener("storage", ({ key, newValue }) => {
  if (key !== HINT) return;
  if (newValue === null) {
    access = undefined;
    become("out");
  } else if (state === "out") {
    void restore();
  }
});

export { told };
