/**
 * Who is signed in here: the access token lives in this module alone, the refresh token in a cookie no script reads.
 *
 * Every refresh token is good for one use and tabs share the cookie, so one tab at a time refreshes (Web Locks), and a
 * reload in the middle lets the answer arrive all the same (`keepalive`). What tabs tell each other stands in the
 * browser's storage: a name of the session, made here and good for nothing, and none once it is over.
 */

import { type components, connect, told } from "daybook-client";

export type Pair = Omit<components["schemas"]["TokenPair"], "refresh_token">;
export type Ways = components["schemas"]["WaysShown"];
type State = "unknown" | "in" | "out";
/** Why one is out: the session was ended or ran out, or somebody signed out in another tab. */
export type Why = "ended" | "elsewhere";

/** Seconds before its end in which an access token is not used any more. */
const EARLY_S = 30;
const NAME = "daybook.signed-in";
/** Says that the refresh token is in the cookie, or is to go there. */
export const BY_COOKIE = { "Daybook-Session": "cookie" } as const;

let access: { token: string; goodUntil: number } | undefined;
let state: State = "unknown";
let why: Why | undefined;
/** Nobody signs in here: this machine is let in without a token. */
let isOpen = false;
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
  /** Why one is out, where that was not one's own doing in this tab. */
  why: (): Why | undefined => why,
  /** Whether there is anything to sign out of. */
  isOpen: (): boolean => isOpen,
  /** Called when somebody is in or out, or somebody else is in. */
  watch(changed: () => void): () => void {
    watchers.add(changed);
    return () => watchers.delete(changed);
  },
};

function become(next: State, isSomebodyElse = false): void {
  if (next === state && !isSomebodyElse) return;
  state = next;
  for (const changed of watchers) changed();
}

function keep(pair: Pair): void {
  access = { token: pair.access_token, goodUntil: Date.now() + (pair.expires_in - EARLY_S) * 1000 };
  why = undefined;
}

/** Goes on with a pair that a way of signing in answered, perhaps as somebody else; other tabs follow. */
export function begin(pair: Pair): void {
  keep(pair);
  localStorage.setItem(NAME, crypto.randomUUID());
  become("in", state === "in");
}

function end(because?: Why): void {
  access = undefined;
  why = because;
  localStorage.removeItem(NAME);
  become("out");
}

/** After a reload: goes on with the session of the cookie, if this browser was signed in at all. */
export async function restore(): Promise<void> {
  if (localStorage.getItem(NAME)) {
    try {
      await token();
      return;
    } catch (error) {
      if (!(error instanceof SignedOut)) throw error;
    }
  }
  isOpen = (await ways()).single_user;
  become(isOpen ? "in" : "out");
}

let known: Ways | undefined;
/** The ways of signing in beside password and passkey. */
export async function ways(): Promise<Ways> {
  known ??= told<Ways>(await door.GET("/auth/ways"));
  return known;
}
/** The same, if they were asked for before. */
export const knownWays = (): Ways | undefined => known;

/** The access token for the next request, a new one if need be. Throws `SignedOut` once the session has ended. */
export async function token(): Promise<string> {
  if (isOpen) return "";
  if (state === "out") throw new SignedOut(); // what is still shown may ask on its way to the door
  if (!isGood()) await navigator.locks.request("daybook-session", refreshed);
  if (!access) throw new SignedOut();
  return access.token;
}

const isGood = (): boolean => access !== undefined && Date.now() < access.goodUntil;

/** Has the next request get a new token: the one there was is refused. */
export function forget(refusedToken: string): void {
  if (access?.token === refusedToken) access = undefined;
}

async function refreshed(): Promise<void> {
  if (isGood()) return;
  const answer = await fetch("/auth/refresh", { method: "POST", headers: BY_COOKIE, keepalive: true });
  if (answer.status === 401) return end(localStorage.getItem(NAME) ? "ended" : why);
  if (!answer.ok) throw new TypeError(`The session could not be renewed: ${answer.status}`);
  keep((await answer.json()) as Pair);
  // The note is gone where somebody cleared the storage, and the session is there all the same.
  if (!localStorage.getItem(NAME)) localStorage.setItem(NAME, crypto.randomUUID());
  become("in");
}

/** Ends the session, here and in the other tabs. */
export async function signOut(): Promise<void> {
  await navigator.locks.request("daybook-session", async () => {
    const answer = await fetch("/auth/sign-out", { method: "POST", headers: BY_COOKIE, keepalive: true });
    if (!answer.ok && answer.status !== 401) throw new TypeError(`Signing out failed: ${answer.status}`);
    end();
  });
}

// Another tab signed out, or in, perhaps as somebody else: this one follows.
addEventListener("storage", ({ key, newValue, oldValue }) => {
  if (key !== NAME && key !== null) return;
  access = undefined;
  if (!newValue) {
    why = "elsewhere";
    become("out");
  } else if (state === "out") {
    state = "unknown";
    restore().catch(() => undefined); // nobody answers; the door stays, and says so at the next attempt
  } else if (oldValue !== null) {
    location.reload();
  }
});
