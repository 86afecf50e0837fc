/** What the API refuses, as a sentence of ours where there is one. */

import { useCallback } from "react";
import type { Problem } from "../api/client";
import { moment } from "./format";
import { useWords } from "./index";

type Told = Pick<Problem, "detail"> & { code?: string | undefined };
const MOMENT = /^\d{4}-\d{2}-\d{2}T/;

/** Answers the sentence for a problem or for a fault of it; nothing where the API's own words have to do. */
export function useSentences(): (told: Told) => string | undefined {
  const words = useWords("problems");
  return useCallback(
    (told) => {
      if (!words.has(told.code as "stale_version")) return undefined;
      // What a sentence needs to know beside the code, the API says as members of the problem.
      const facts = Object.entries(told).map(([name, value]) => [name, plain(value)]);
      return words(told.code as "stale_version", Object.fromEntries(facts));
    },
    [words],
  );
}

function plain(value: unknown): string {
  const text = String(value);
  return MOMENT.test(text) ? moment(text) : text;
}
