/** A list by pages, as the address says; one table, and what stands where it has no rows. */

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Answered, Schemas } from "../api/client";
import { useView } from "../view";
import { Pager } from "./Pager";
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
          <Pager label={label} page={page} />
        </>
      )}
    </Shown>
  );
}
