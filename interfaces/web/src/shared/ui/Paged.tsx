/** What a list keeps in the address: its query, which is the API's own, and its page. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import type { Query } from "../address";
import { useWords } from "../words";
import { Button } from "./Button";
import "./table.css";

/** The query of the address, and how to change members of it: `undefined` takes one out, and reading begins anew. */
export function useAddress(): [Query, (changes: Record<string, string | undefined>) => void] {
  const query = useSearch({ strict: false }) as Query;
  const go = useNavigate();
  return [query, (changes) => void go({ to: ".", search: refined(query, changes) as never, replace: true })];
}

/** A query with these members changed, from its first page on. */
export function refined(query: Query, changes: Record<string, string | undefined>): Query {
  const { cursor: _, ...rest } = query;
  const next = { ...rest, ...changes };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== "")) as Query;
}

export function text(query: Query, name: string): string {
  const value = query[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

type Page = { next: string | null; prev: string | null };

/** On to the next page of a list, and back. */
export function Pager({ page, beside }: { page: Page; beside?: React.ReactNode }) {
  const words = useWords("shared");
  const [, change] = useAddress();
  if (!page.next && !page.prev && !beside) return null;
  return (
    <div className="pager">
      <div className="row">
        {page.prev && <Button onPress={() => change({ cursor: page.prev ?? "" })}>{words("previous")}</Button>}
        {page.next && <Button onPress={() => change({ cursor: page.next ?? "" })}>{words("next")}</Button>}
      </div>
      {beside}
    </div>
  );
}

export type Tab = { name: string; changes: Record<string, string | undefined>; isCurrent: boolean };

/** A list by the few views of it that people ask for most. */
export function Views({ label, tabs }: { label: string; tabs: Tab[] }) {
  const [, change] = useAddress();
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ name, changes, isCurrent }) => (
        <button
          key={name}
          type="button"
          className="tab"
          aria-current={isCurrent ? "page" : undefined}
          onClick={() => change(changes)}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}
