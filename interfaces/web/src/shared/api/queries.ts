/** What TanStack Query is told once for all screens. */

import { QueryClient, queryOptions } from "@tanstack/react-query";
import { answered, type Problem, Refused } from "./client";
import { SignedOut } from "./session";

type Asking<T> = (signal: AbortSignal) => Promise<{ data?: T; error?: Problem; response: Response }>;

/** Whether it may go better another time: nobody answered, or the server said so. */
export function isPassing(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Refused && [502, 503, 504].includes(error.problem.status));
}

function isUnknownToken(error: unknown): boolean {
  return error instanceof Refused && error.problem.status === 401;
}

/**
 * A query, to be named in a context's `queries.ts`: `asking(["claims", id], (signal) => api.GET(…, { signal }))`.
 * Its data is the body and the entity tag of the answer.
 */
export function asking<T>(key: readonly unknown[], ask: Asking<T>) {
  return queryOptions({ queryKey: key, queryFn: ({ signal }) => answered(ask(signal)) });
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => (isPassing(error) ? failures < 60 : isUnknownToken(error) && failures < 1),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
      // Even without a network of the machine's own Daybook may be there, on the same machine.
      networkMode: "always",
    },
    mutations: { networkMode: "always", retry: false },
  },
});

/** After a command: whatever is shown is asked for again. */
export function refreshAll(): Promise<void> {
  return queries.invalidateQueries({ predicate: ({ state }) => !(state.error instanceof SignedOut) });
}
