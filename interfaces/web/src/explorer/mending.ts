/** What the API finds wrong with a query, put right by what it says is nearest. */

import type { Query } from "../shared/address";
import type { Schemas } from "../shared/api/client";

type Fault = Schemas["Fault"];

const LISTS = ["fields", "sort", "by", "measures"];

/** The query with the nearest valid name in the place of the one that is none; nothing where none is told. */
export function mended(query: Query, fault: Fault): Query | undefined {
  const { parameter, nearest, got } = fault;
  if (!parameter || typeof nearest !== "string" || !(parameter in query)) return undefined;
  const changes = (name: string, value: string | string[]): [string, string | string[]] => {
    if (name !== parameter) return [name, value];
    if (fault.code === "unknown_parameter") return [name.replace(/^[^[]*/, nearest), value];
    if (fault.code === "unknown_operator") return [name.replace(/\[.*\]$/, `[${nearest}]`), value];
    if (LISTS.includes(name)) return [name, replaced(String(value), String(got), nearest)];
    return [name, nearest];
  };
  return Object.fromEntries(Object.entries(query).map(([name, value]) => changes(name, value)));
}

function replaced(list: string, got: string, nearest: string): string {
  return list
    .split(",")
    .map((name) => (name.replace(/^-/, "") === got ? name.replace(got, nearest) : name))
    .join(",");
}
