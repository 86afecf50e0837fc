/** The way to the firm's identity provider and back; it leads off the page, so where one was is noted in the tab. */

import { answered, api } from "./client";
import { door } from "./session";

const NOTE = "daybook.back";
/** What a window at the provider tells the page that opened it. */
const PROOFS = "daybook-proofs";
const WINDOW = { name: "daybook-proof", features: "popup,width=480,height=720" } as const;

/** Goes to the provider to sign in; `to` is where in the app one wants to be afterwards. */
export async function goToProvider(to: string): Promise<void> {
  const { data } = await answered(door.POST("/auth/oidc/begin"));
  sessionStorage.setItem(NOTE, to);
  location.assign(data.address);
}

/** Where one wanted to be, once; undefined in a window that was opened for a proof. */
export function takeNote(): string | undefined {
  const note = sessionStorage.getItem(NOTE) ?? undefined;
  sessionStorage.removeItem(NOTE);
  return note;
}

/**
 * Proves by the provider who one is, in a window beside the page, so that what was being done goes on; `proven` is
 * called once it is. Where the browser opens no window, the page itself goes there, and comes back to where it is.
 */
export async function proveByProvider(proven: () => void): Promise<void> {
  sessionStorage.removeItem(NOTE); // the window gets a copy of what this tab noted
  const beside = window.open("", WINDOW.name, WINDOW.features);
  try {
    const { data } = await answered(api.POST("/auth/oidc/begin"));
    if (!beside) {
      sessionStorage.setItem(NOTE, location.pathname.replace(/^\/app/, "") + location.search);
      return location.assign(data.address);
    }
    beside.location.assign(data.address);
  } catch (error) {
    beside?.close();
    throw error;
  }
  const channel = new BroadcastChannel(PROOFS);
  channel.onmessage = () => {
    channel.close();
    proven();
  };
}

/** Tells the page that opened this window that the proof was taken, and closes the window. */
export function tellProven(): void {
  const channel = new BroadcastChannel(PROOFS);
  channel.postMessage("proven");
  channel.close();
  window.close();
}
