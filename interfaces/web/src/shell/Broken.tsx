/** What stands in place of a screen that is on its way, or that could not be drawn. */

import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { isPassing } from "../shared/api/queries";
import { Loading, Trouble } from "../shared/ui/States";

const AGAIN_MS = 3_000;

export function Waiting() {
  return (
    <main className="door">
      <Loading />
    </main>
  );
}

/** What went wrong; where it may go better another time, it is tried again by itself. */
export function Broken({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  useEffect(() => {
    if (!isPassing(error)) return;
    const timer = setInterval(() => void router.invalidate(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [error, router]);
  return (
    <main className="door">
      <Trouble
        error={error}
        retry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </main>
  );
}
