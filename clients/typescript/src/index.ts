/** A typed client for Daybook; README.md shows a claim from submission to the money. */

import createClient, { type Client, createQuerySerializer } from "openapi-fetch";
import { type components, type paths, repeated } from "./schema.js";

export { follow } from "./following.js";
export type { components, operations, paths } from "./schema.js";

/** Every operation by its method and path: `daybook.GET("/expenses", { params: { query: … } })`. */
export type Daybook = Client<paths>;
export type Problem = components["schemas"]["Problem"];
/** Answers the token of the next request: an access token, the key of a service account, or "" where none is needed. */
export type Token = () => Promise<string>;

/** Seconds before its end in which an access token is not used any more. */
const EARLY_S = 30;
/** How long a query is asked again that has to wait for its `Daybook-Min-Position`. */
const PATIENCE_MS = 30_000;

/** The operations of the Daybook at `url`, for whomever `token` lets in; for nobody without. */
export function connect(url: string, token?: Token): Daybook {
  const daybook = createClient<paths>({ baseUrl: url, fetch: patient, querySerializer: written });
  if (token) {
    daybook.use({
      async onRequest({ request }) {
        for (const [name, value] of Object.entries(bearing(await token()))) request.headers.set(name, value);
        return request;
      },
    });
  }
  return daybook;
}

/** The headers that let a request in with a token; none for no token, which a Daybook for a single user takes. */
export function bearing(token: string): Record<string, string> {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** Signs a person in with their password at the first request, and gets the next access token when one is needed. */
export function signedIn(url: string, email: string, password: string): Token {
  const daybook = connect(url);
  let tokens: components["schemas"]["TokenPair"] | undefined;
  let goodUntil = 0;
  async function renewed(): Promise<string> {
    const token = tokens?.refresh_token; // null would mean a cookie, which nobody asked for
    const refreshed = token && (await daybook.POST("/auth/refresh", { body: { refresh_token: token } }));
    const credentials = { email, password };
    tokens = (refreshed || undefined)?.data ?? told(await daybook.POST("/auth/token", { body: credentials }));
    goodUntil = Date.now() + (tokens.expires_in - EARLY_S) * 1000;
    return tokens.access_token;
  }
  // Each refresh token is good for one use, so requests that need the next one wait for the same.
  let next: Promise<string> | undefined;
  return async () => {
    if (tokens && Date.now() < goodUntil) return tokens.access_token;
    next ??= renewed().finally(() => (next = undefined));
    return next;
  };
}

/** A request that was not carried out; `problem` says why, `retryAfterS` after how long it may go better, if it was told. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    readonly retryAfterS?: number,
  ) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`);
  }
}

/** The body of an answer, which is a success; throws `Refused` if it is none. */
export function told<T>(answer: { data?: T; error?: Problem; response: Response }): T {
  if (!answer.response.ok) {
    throw new Refused(answer.error as Problem, Number(answer.response.headers.get("Retry-After")) || undefined);
  }
  return answer.data as T;
}

/** The pages of a list one after the other; `ask` sends the query with this cursor. */
export async function* pages<Page extends { page: { next: string | null } }>(
  ask: (cursor?: string) => Promise<{ data?: Page; error?: Problem; response: Response }>,
): AsyncGenerator<Page> {
  for (let cursor: string | undefined; ; ) {
    const page = told(await (cursor ? ask(cursor) : ask()));
    yield page;
    if (page.page.next === null) return;
    cursor = page.page.next;
  }
}

const joined = createQuerySerializer({ array: { style: "form", explode: false } });
const oneByOne = createQuerySerializer({ array: { style: "form", explode: true } });

function written(query: Record<string, unknown>): string {
  const parts = Object.entries(query).map(([name, value]) =>
    (repeated.includes(name) ? oneByOne : joined)({ [name]: value }),
  );
  return parts.filter(Boolean).join("&");
}

async function patient(request: Request): Promise<Response> {
  for (const until = Date.now() + PATIENCE_MS; ; ) {
    const answer = await fetch(request.clone());
    if (answer.status !== 503 || request.method !== "GET" || Date.now() >= until) return answer;
    await answer.body?.cancel();
    await new Promise((on) => setTimeout(on, 1000 * Number(answer.headers.get("Retry-After") ?? 1)));
  }
}
