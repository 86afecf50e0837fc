/** The query of an address, written as the API writes it: a view of the app has the same query as what it asks. */

export type Query = Record<string, string | string[]>;

export function parseQuery(text: string): Query {
  const query: Query = {};
  for (const [name, value] of new URLSearchParams(text.replace(/^\?/, ""))) {
    const before = query[name];
    query[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return query;
}

/** With brackets, commas and colons as they are, so that an address can be read. */
export function writeQuery(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== null && one !== "")
      .map((one) => `${plainly(name)}=${plainly(String(one))}`),
  );
  return pairs.length ? `?${pairs.join("&")}` : "";
}

function plainly(text: string): string {
  return encodeURIComponent(text).replaceAll(/%(5B|5D|2C|3A|2F)/g, decodeURIComponent);
}

/** The value of a parameter, the first of several. */
export function one(query: Query, name: string): string | undefined {
  const value = query[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The query with these parameters changed, or taken away where they are nothing; another query has no cursor. */
export function changed(query: Query, changes: Record<string, string | undefined>): Query {
  const { cursor: _, ...next } = query;
  for (const [name, value] of Object.entries(changes)) {
    if (value) next[name] = value;
    else delete next[name];
  }
  return next;
}
