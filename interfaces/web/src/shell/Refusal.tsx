import { Refused } from "../shared/api/client";
import { isPassing } from "../shared/api/queries";
import { Trouble } from "../shared/ui/States";
import { useWords } from "../shared/words";
import type { Messages } from "../shared/words/en";

type Told = keyof Messages["shell"]["refusals"];

/** Why nobody was let in, in the person's language; what is not expected at the door is told as everywhere. */
export function Refusal({ error }: { error: unknown }) {
  const words = useWords("shell");
  const known = told(error);
  if (!known) return <Trouble error={error} />;
  return (
    <p className="notice bad" role="alert" tabIndex={-1}>
      {words(`refusals.${known}`)}
    </p>
  );
}

const CODES: Record<string, Told> = {
  wrong_credentials: "wrongCredentials",
  passkey_not_proven: "passkeyUnknown",
  passkey_copied: "passkeyCopied",
  passkey_known: "passkeyKnown",
  too_many_passkeys: "tooManyPasskeys",
  password_link_void: "linkVoid",
  password_length: "passwordLength",
  weak_password: "weakPassword",
  nobody_registered: "nobodyRegistered",
  identity_differs: "identityDiffers",
  identity_not_proven: "identityNotProven",
  address_not_verified: "addressNotVerified",
  sign_in_not_begun: "notBegun",
  identity_provider_unavailable: "providerAway",
  stronger_sign_in_required: "strongerWay",
};
/** What the browser says of passkeys: the person stopped or has none, or the address can have none. */
const BROWSERS: Record<string, Told> = {
  NotAllowedError: "passkeyStopped",
  AbortError: "passkeyStopped",
  InvalidStateError: "passkeyKnown",
  SecurityError: "passkeyElsewhere",
};

function told(error: unknown): Told | undefined {
  if (error instanceof Refused) return CODES[error.problem.code];
  if (error instanceof DOMException) return BROWSERS[error.name];
  return isPassing(error) ? "away" : undefined;
}
