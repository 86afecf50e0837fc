/** A list by pages, as the address says; one table, and what stands where it has no rows. */

import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { SearchField } from "react-aria-components/SearchField";
import type { Answered, Schemas } from "../api/client";
import { useView } from "../view";
import { useWords } from "../words";
import { Button } from "./Button";
import { Empty, Shown } from "./States";
import { type Column, Table } from "./Table";

type Props<Row> = {
  query: UseQueryResult<Answered<{ data: unknown[]; page: Schemas["Page"] }>>;
  label: string;
  columns: Column<Row>[];
  rowKey: (row: Row) => string;
  onOpen?: (row: Row) => void;
  empty?: ReactNode;
};

export function Listing<Row extends object>({ query, label, columns, rowKey, onOpen, empty }: Props<Row>) {
  const words = useWords("shared");
  const { one, change } = useView();
  return (
    <Shown query={query}>
      {({ data: { data, page } }) => (
        <>
          {data.length === 0 ? (
            (empty ?? <Empty />)
          ) : (
            <Table
              label={label}
              // Lists answer all members of a row unless they are asked for fewer.
              rows={data as Row[]}
              columns={columns}
              rowKey={rowKey}
              onOpen={onOpen}
              sort={one("sort")}
              onSort={(sort) => change({ sort })}
              short
            />
          )}
          {(page.prev || page.next) && (
            <nav className="pager" aria-label={label}>
              <Button isDisabled={!page.prev} onPress={() => page.prev && change({ cursor: page.prev })}>
                {words("previous")}
              </Button>
              <Button isDisabled={!page.next} onPress={() => page.next && change({ cursor: page.next })}>
                {words("next")}
              </Button>
            </nav>
          )}
        </>
      )}
    </Shown>
  );
}

/** The choices of one filter, as links: each is a view that can be sent. */
export function Choices({ label, name, options }: { label: string; name: string; options: [string, string][] }) {
  const { one } = useView();
  return (
    <nav className="tabs" aria-label={label}>
      {options.map(([value, text]) => (
        <Link
          key={value}
          to="."
          search={((before: object) => ({ ...before, cursor: undefined, [name]: value || undefined })) as never}
          className="tab"
          activeOptions={{ exact: true, includeSearch: true }}
          data-selected={one(name) === value ? "" : undefined}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}

/** Finds rows by the beginning or a part of a text; asked for on Enter. */
export function Search({ label, name }: { label: string; name: string }) {
  const { one, change } = useView();
  return (
    <SearchField
      className="field"
      defaultValue={one(name)}
      onSubmit={(text) => change({ [name]: text || undefined })}
      onClear={() => change({ [name]: undefined })}
    >
      <Label>{label}</Label>
      <Input className="input" />
    </SearchField>
  );
}
