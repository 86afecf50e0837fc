/** Passkeys, as the browser and the API speak of them. */

import { answered } from "./client";
import { door } from "./session";

/** What the API takes as it is; its document says no more of it than that it is an object. */
type Said = { [member: string]: undefined };

/** Whether this browser knows of passkeys at all. */
export const hasPasskeys = (): boolean => "PublicKeyCredential" in window;

/** What a passkey of this device says to a challenge of the API; throws if the person stops. */
export async function byPasskey(): Promise<Said> {
  const { data } = await answered(door.POST("/auth/passkeys/ask"));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(data as never);
  return told(await navigator.credentials.get({ publicKey }));
}

/** A new passkey of this device, made by what the API asks of it. */
export async function newPasskey(asked: unknown): Promise<Said> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked as never);
  return told(await navigator.credentials.create({ publicKey }));
}

function told(credential: Credential | null): Said {
  return (credential as PublicKeyCredential).toJSON() as unknown as Said;
}
