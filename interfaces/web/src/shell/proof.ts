/** What the API asks a person to prove once more, while the answer is awaited. */

import { useEffect, useRef, useState } from "react";
import { type ProofAsked, proveBy } from "../shared/api/commands";

export type Proof = { takes: (way: string) => boolean; decide: (proven: boolean) => void };
type Asked = Proof & { answer: Promise<boolean> };

/** The proof that is asked for now. */
export function useAskedProof(): Proof | undefined {
  const [asked, setAsked] = useState<Asked>();
  const current = useRef<Asked>(undefined);
  useEffect(
    () =>
      proveBy((proof) => {
        // Who does two things at once is asked once for both.
        current.current ??= newlyAsked(proof, () => {
          current.current = undefined;
          setAsked(undefined);
        });
        setAsked(current.current);
        return current.current.answer;
      }),
    [],
  );
  return asked;
}

function newlyAsked({ expected_ways }: ProofAsked, ended: () => void): Asked {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const accepted = Object.values(expected_ways ?? {});
  return {
    takes: (way) => accepted.every((one) => one.includes(way)),
    answer: promise,
    decide: (proven) => {
      resolve(proven);
      ended();
    },
  };
}
