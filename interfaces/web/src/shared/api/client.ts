/**
 * The API, as whoever is signed in: tokens go along and are renewed unseen, and what was written is read.
 *
 * The position that a command answered goes with the queries of the next seconds, so that they wait for it.
 */

import { type components, connect, Refused, told } from "daybook-client";
import { forget, token } from "./session";

export type Schemas = components["schemas"];
export type Problem = Schemas["Problem"];
export { Refused, told };

/** How long queries ask for what was written here last: by then every read model has it, or says that it has not. */
const FRESH_MS = 15_000;
let written = { position: 0, until: 0 };

/** Every operation by its method and path; see clients/typescript. */
export const api = connect("", token);

api.use({
  onRequest({ request }) {
    if (request.method === "GET" && Date.now() < written.until) {
      request.headers.set("Daybook-Min-Position", String(written.position));
    }
    return request;
  },
  async onResponse({ request, response }) {
    const position = Number(response.headers.get("Daybook-Position"));
    if (request.method !== "GET" && position) notice(position);
    if (response.status !== 401) return undefined;
    const code = ((await response.clone().json()) as Problem).code;
    if (["token_expired", "token_invalid", "session_ended"].includes(code)) {
      forget(request.headers.get("Authorization")?.slice("Bearer ".length) ?? "");
    }
    return undefined;
  },
});

/** From now on queries wait for this position. */
export function notice(position: number): void {
  written = { position: Math.max(written.position, position), until: Date.now() + FRESH_MS };
}

export type Answered<T> = { data: T; etag: string };

/** The body and the tag of an answer that is a success; throws `Refused` with the problem if it is none. */
export async function answered<T>(
  asking: Promise<{ data?: T; error?: Problem; response: Response }>,
): Promise<Answered<T>> {
  const answer = await asking;
  return { data: told(answer), etag: answer.response.headers.get("ETag") ?? "" };
}
