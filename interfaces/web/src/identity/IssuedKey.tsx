import { useState } from "react";
import type { Schemas } from "../shared/api/client";
import { Button } from "../shared/ui/Button";
import { Moment } from "../shared/ui/values";
import { useWords } from "../shared/words";

type Props = { issued: Schemas["IssuedKey"]; onDone: () => void };

/** A key on the one occasion that it is shown. */
export function IssuedKey({ issued, onDone }: Props) {
  const words = useWords("identity");
  const shared = useWords("shared");
  const [isCopied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(issued.key);
    setCopied(true);
  }

  return (
    <div className="stack">
      <p className="notice wait">{words("keyOnce")}</p>
      <div className="with-button">
        <input
          className="input key"
          readOnly
          aria-label={words("theKey")}
          value={issued.key}
          onFocus={(event) => event.target.select()}
        />
        <Button kind="main" onPress={() => void copy().catch(() => setCopied(false))}>
          {isCopied ? shared("copied") : words("copy")}
        </Button>
      </div>
      <p className="quiet">{words.rich("goodUntil", { at: () => <Moment at={issued.expires_at} /> })}</p>
      <div className="row">
        <Button onPress={onDone}>{words("keyKept")}</Button>
      </div>
    </div>
  );
}
