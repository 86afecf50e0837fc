/** What there is to explore: the collections that the caller may read, as the API describes them. */

import { queryOptions } from "@tanstack/react-query";
import { answered, api } from "../shared/api/client";
import { language } from "../shared/words";
import { label } from "../shared/words/names";
import { german } from "../shared/words/names.de";

export type FieldType = "text" | "integer" | "decimal" | "date" | "timestamp" | "uuid" | "boolean" | "json";
export type Field = {
  name: string;
  description: string;
  type: FieldType;
  nullable: boolean;
  operators: string[];
  choices: string[];
  groupable: boolean;
  measurable: boolean;
  money: boolean;
  sortable: boolean;
  shown: boolean;
};
export type Collection = {
  name: string;
  noun: string;
  path: string;
  title: string;
  key: string;
  record: boolean;
  history: boolean;
  aggregates: boolean;
  facets: boolean;
  default_sort: string;
  hidden: string | null;
  bases: string[];
  counted_by: string | null;
  fields: Field[];
  groups: string[];
  measures: string[];
};
/** A record of any collection. */
export type Row = Record<string, unknown>;

export const collectionsQuery = queryOptions({
  queryKey: ["collections"],
  queryFn: async ({ signal }): Promise<Collection[]> => {
    const asked = api.GET("/collections" as "/expenses", { signal });
    return (await answered(asked)).data.data as unknown as Collection[];
  },
  staleTime: 600_000,
});

export function titleOf({ name, title }: Collection): string {
  const said = (language === "de" ? german[name] : undefined) ?? title;
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** What one of its records is called. */
export function nounOf({ noun }: Collection): string {
  const words = noun.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return label(words);
}

export function fieldOf(collection: Collection, name: string): Field | undefined {
  return collection.fields.find((field) => field.name === name);
}

/** The field that holds the currency of the row's amounts. */
export const CURRENCY = "currency";

export function hasMoney(collection: Collection): boolean {
  return collection.fields.some(({ money }) => money) && fieldOf(collection, CURRENCY) !== undefined;
}
