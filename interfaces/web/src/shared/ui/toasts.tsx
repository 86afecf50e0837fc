/** Short words about what was done, for a few seconds, at the edge of the page. */

import { Text } from "react-aria-components/Text";
import {
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components/Toast";
import { useWords } from "../words";
import { Button } from "./Button";

const said = new ToastQueue<string>({ maxVisibleToasts: 3 });
const SHOWN_MS = 6_000;

/** Tells that something was done. */
export function say(what: string): void {
  said.add(what, { timeout: SHOWN_MS });
}

export function Toasts() {
  const words = useWords("shared");
  return (
    <ToastRegion queue={said} className="toasts">
      {({ toast }) => (
        <Toast toast={toast} className="toast">
          <ToastContent>
            <Text slot="title">{toast.content}</Text>
          </ToastContent>
          <Button slot="close" kind="plain" small aria-label={words("close")}>
            ✕
          </Button>
        </Toast>
      )}
    </ToastRegion>
  );
}
