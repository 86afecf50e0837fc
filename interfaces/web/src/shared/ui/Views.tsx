/** What narrows a list, in its address: the few views that people ask for most, the choices of a filter, a text. */

import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import { changed } from "../address";
import { useView } from "../view";

export type Tab = { name: string; told?: ReactNode; changes: Record<string, string | undefined>; isCurrent: boolean };

/** Views of a list, as links: each can be sent. */
export function Views({ label, tabs, beside }: { label: string; tabs: Tab[]; beside?: ReactNode }) {
  const { query } = useView();
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ name, told, changes, isCurrent }) => (
        <Link
          key={name}
          to="."
          search={changed(query, changes) as never}
          className="tab"
          activeOptions={{ exact: true, includeSearch: true }}
          aria-current={isCurrent ? "page" : undefined}
          resetScroll={false}
        >
          {name}
          {told}
        </Link>
      ))}
      {beside}
    </nav>
  );
}

/** The choices of one filter. */
export function Choices({ label, name, options }: { label: string; name: string; options: [string, string][] }) {
  const { one } = useView();
  const tabs = options.map(([value, text]) => ({
    name: text,
    changes: { [name]: value || undefined },
    isCurrent: one(name) === value,
  }));
  return <Views label={label} tabs={tabs} />;
}

/** Finds rows by the beginning or a part of a text; asked for on Enter. `as` is how the API has such texts. */
export function Search({
  label,
  name,
  as = (it) => it,
}: {
  label: string;
  name: string;
  as?: (text: string) => string;
}) {
  const { one, change } = useView();
  return (
    <SearchField
      className="field"
      defaultValue={one(name)}
      onSubmit={(text) => change({ [name]: as(text.trim()) || undefined })}
      onClear={() => change({ [name]: undefined })}
    >
      <Label>{label}</Label>
      <Input className="input" />
    </SearchField>
  );
}
