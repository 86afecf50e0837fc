/** The log as it grows, for the list of events: what comes is put aside until there is room for it. */

import { follow } from "daybook-client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { Query } from "../shared/address";
import { token } from "../shared/api/session";
import type { EventRow } from "./queries";

/** More are not kept, however long one follows. */
export const KEPT_MAX = 500;
/** Events of a busy moment are shown together. */
const GATHERED_MS = 250;

export type Tail = {
  /** What was taken over into the list, the newest first. */
  shown: EventRow[];
  /** What waits until the reader asks for it. */
  waiting: EventRow[];
  isLive: boolean;
  isPaused: boolean;
  error: unknown;
  turn: (on: boolean) => void;
  pause: (on: boolean) => void;
  take: () => void;
};

/**
 * Follows the log behind the position `after`; what fits the address waits, or is taken over at once while `mayShow`
 * says that nobody is reading further down.
 */
export function useTail(search: Query, after: number | undefined, mayShow: () => boolean): Tail {
  const [isLive, setLive] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const [shown, setShown] = useState<EventRow[]>([]);
  const [waiting, setWaiting] = useState<EventRow[]>([]);
  const [error, setError] = useState<unknown>();
  const start = useRef(after);
  start.current ??= after;
  const key = JSON.stringify(search);
  const state = useRef({ isPaused, mayShow });
  state.current = { isPaused, mayShow };

  useEffect(() => {
    if (!isLive) return undefined;
    const stop = new AbortController();
    const wanted = JSON.parse(key) as Query;
    let gathered: EventRow[] = [];
    const give = () => {
      if (!gathered.length) return;
      const fresh = gathered.toReversed();
      gathered = [];
      const put = state.current.isPaused || !state.current.mayShow() ? setWaiting : setShown;
      put((before) => [...fresh, ...before].slice(0, KEPT_MAX));
    };
    const timer = setInterval(give, GATHERED_MS);
    void (async () => {
      try {
        const options = { ...(start.current !== undefined && { after: start.current }), signal: stop.signal };
        for await (const event of follow(location.origin, token, options)) {
          start.current = event.position;
          if (fits(event, wanted)) gathered.push(event);
        }
      } catch (reason) {
        if (!stop.signal.aborted) setError(reason);
      }
    })();
    return () => {
      stop.abort();
      clearInterval(timer);
      give();
    };
  }, [isLive, key]);

  const take = useCallback(() => {
    setWaiting((fresh) => {
      setShown((before) => [...fresh.filter((one) => !before.includes(one)), ...before].slice(0, KEPT_MAX));
      return [];
    });
  }, []);
  const turn = (on: boolean) => {
    setError(undefined);
    setPaused(false);
    setLive(on);
  };
  const pause = (on: boolean) => {
    setPaused(on);
    if (!on) take();
  };
  return { shown, waiting, isLive, isPaused, error, turn, pause, take };
}

/** Whether an event is one of those that the address asks for: the filters that the list itself offers. */
export function fits(event: EventRow, search: Query): boolean {
  const same = (name: keyof EventRow) => search[name] === undefined || search[name] === String(event[name]);
  const until = search["recorded_at[lt]"];
  return (
    same("name") &&
    same("stream_id") &&
    same("actor") &&
    same("correlation_id") &&
    same("causation_id") &&
    (typeof until !== "string" || Date.parse(event.recorded_at) < Date.parse(until))
  );
}
