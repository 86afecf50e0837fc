/** What a list shows is said by the query of the address: filters, order and page, in the words of the API. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { changed, one, type Query } from "./address";

type Changes = Record<string, string | undefined>;
export type View = {
  query: Query;
  one: (name: string) => string;
  /** Shows something else from now on; with another filter or order the pages begin anew. */
  change: (changes: Changes) => void;
};

export function useView(): View {
  const query = useSearch({ strict: false }) as Query;
  const go = useNavigate();
  return {
    query,
    one: (name) => one(query, name) ?? "",
    change: (changes) =>
      void go({ to: ".", search: ((now: Query) => changed(now, changes)) as never, resetScroll: false }),
  };
}
