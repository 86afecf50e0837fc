/** The log as it grows: Server-Sent Events, read by `fetch`, which unlike a browser's EventSource can send a token. */

import { EventSourceParserStream } from "eventsource-parser/stream";
import { bearing, connect, type Problem, Refused, type Token, told } from "./index.js";
import type { components } from "./schema.js";

type EventView = components["schemas"]["EventView"];

/**
 * Every event past the position `after`, or from now on, as it is recorded; without end, and none is missed.
 *
 * With `names` only events of these. Connects again when the connection is lost; throws `Refused` if the stream cannot
 * be had, or not go on (`epoch_changed`: the log was restored). It ends when `signal` is aborted, and only then.
 */
export async function* follow(
  url: string,
  token: Token,
  { after, names = [], signal }: { after?: number; names?: string[]; signal?: AbortSignal } = {},
): AsyncGenerator<EventView> {
  let last = String(after ?? (await head(url, token)));
  let pauseMs = 500;
  while (!signal?.aborted) {
    const query = new URLSearchParams({ after: last, ...(names.length && { name: names.join(",") }) });
    const headers = { ...bearing(await token()), Accept: "text/event-stream" };
    const stop = new AbortController();
    const ending = signal ? AbortSignal.any([stop.signal, signal]) : stop.signal;
    try {
      const answer = await fetch(new URL(`/events/stream?${query}`, url), { headers, signal: ending });
      if (!answer.ok || !answer.body) throw new Refused((await answer.json()) as Problem);
      const events = answer.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream({ onRetry: (ms) => (pauseMs = ms) }));
      for await (const event of events) {
        last = event.id ?? last;
        yield JSON.parse(event.data) as EventView;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (!(error instanceof TypeError)) throw error; // which it is if the connection was lost: on behind the last
    } finally {
      stop.abort();
    }
    await new Promise((on) => setTimeout(on, pauseMs));
  }
}

async function head(url: string, token: Token): Promise<number> {
  const query = { sort: ["-position"], limit: 1 };
  return told(await connect(url, token).GET("/events", { params: { query } })).data[0]?.position ?? 0;
}
