/** What a list shows is said by the query of the address: filters, order and page, in the words of the API. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Query } from "./address";

export type View = {
  query: Query;
  one: (name: string) => string;
  /** Shows something else from now on; with another filter or order the pages begin anew. */
  change: (changes: Record<string, string | undefined>) => void;
};

export function useView(): View {
  const query = useSearch({ strict: false }) as Query;
  const go = useNavigate();
  return {
    query,
    one: (name) => {
      const value = query[name];
      return (Array.isArray(value) ? value[0] : value) ?? "";
    },
    change: (changes) =>
      void go({
        to: ".",
        search: ((before: Query) => ({ ...before, cursor: undefined, ...changes })) as never,
        resetScroll: false,
      }),
  };
}
