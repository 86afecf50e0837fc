import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { Query } from "../shared/address";
import { api, type Problem, Refused, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Ready = Required<Schemas["Ready"]>;
export type Projection = Required<Schemas["ProjectionHealth"]>;
export type Reaction = Required<Schemas["Reaction"]>;

const LOOK_AGAIN_MS = 2_500;
const LIST_AGAIN_MS = 5_000;
const REPLAY_AGAIN_MS = 700;
/** An API that does not answer for so long is told of as one that is away. */
const PATIENCE_MS = 5_000;

/**
 * How everything stands, asked again and again. Not by the client of the other queries: that one asks a 503 again for
 * half a minute, and here the 503 is the answer.
 */
export const readyQuery = queryOptions({
  queryKey: ["ready"],
  queryFn: async ({ signal }): Promise<Ready> => {
    const answer = await fetch("/health/ready", {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    if (!answer.ok) throw new Refused((await answer.json()) as Problem);
    return (await answer.json()) as Ready;
  },
  refetchInterval: LOOK_AGAIN_MS,
  refetchOnMount: "always",
  retry: false,
  staleTime: 0,
});

export type Replay = Schemas["Replay"];
export const isOpen = ({ state }: Replay): boolean => state === "waiting" || state === "running";

/** What was asked of the projectors; as long as they are at something it is looked at again and again. */
export const replaysQuery = queryOptions({
  ...asking(["replays"], (signal) => api.GET("/projections/replays", { signal })),
  refetchInterval: ({ state }) => {
    const told = state.data as { data: { data: Replay[] } } | undefined;
    return told?.data.data.some(isOpen) ? REPLAY_AGAIN_MS : LIST_AGAIN_MS;
  },
});

export const reactionsQuery = (query: Query) =>
  queryOptions({
    ...asking(["reactions", query], (signal) =>
      api.GET("/reactions", { params: { query: { limit: 20, ...query } }, signal }),
    ),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_AGAIN_MS,
  });

export const reactionQuery = (id: string) =>
  queryOptions({
    ...asking(["reactions", id], (signal) =>
      api.GET("/reactions/{record_id}", { params: { path: { record_id: id } }, signal }),
    ),
    refetchInterval: LIST_AGAIN_MS,
  });

export const eventQuery = (position: number) =>
  asking(["events", position], (signal) =>
    api.GET("/events/{record_id}", { params: { path: { record_id: String(position) } }, signal }),
  );

/** The users that have transactions, those with the most first. */
export const payersQuery = asking(["transactions", "users"], (signal) =>
  api.GET("/transactions/facets", { params: { query: { by: ["user_id"], limit: 50 } }, signal }),
);

export const monthsQuery = (user: number) =>
  asking(["transactions", user, "months"], (signal) =>
    api.GET("/users/{user_id}/transactions/monthly", { params: { path: { user_id: user } }, signal }),
  );

export const summaryQuery = (user: number, currency: string) =>
  asking(["transactions", user, "summary", currency], (signal) =>
    api.GET("/transactions/{user_id}/summary", { params: { path: { user_id: user }, query: { currency } }, signal }),
  );
