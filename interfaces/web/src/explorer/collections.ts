/** What there is to explore: the collections that the caller may read, as the API describes them. */

import { queryOptions } from "@tanstack/react-query";
import { answered, api, type Schemas } from "../shared/api/client";
import { language } from "../shared/words";
import { label } from "../shared/words/names";
import { german } from "../shared/words/names.de";

export type Collection = Schemas["CollectionShown"];
export type Field = Schemas["FieldShown"];
/** A record of any collection. */
export type Row = Record<string, unknown>;

export const collectionsQuery = queryOptions({
  queryKey: ["collections"],
  queryFn: async ({ signal }): Promise<Collection[]> => (await answered(api.GET("/collections", { signal }))).data.data,
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
