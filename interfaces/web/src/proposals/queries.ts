import type { Query } from "../shared/address";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Proposal = Required<Schemas["Proposal"]>;
export type Account = Required<Schemas["Account"]>;

/** As many as may wait about one bank, twice. */
const MOST = 200;

/** What waits, the oldest first: it lapses first. */
export const waitingProposals = asking(["proposals", "waiting"], (signal) =>
  api.GET("/proposals", {
    params: { query: { status: { eq: "waiting" }, sort: ["proposed_at"], limit: MOST } },
    signal,
  }),
);

/** What was decided, the newest first unless the address says otherwise. */
export const decidedProposals = (query: Query) =>
  asking(["proposals", "decided", query], (signal) =>
    api.GET("/proposals", {
      params: { query: { "status[ne]": "waiting", sort: "-decided_at", ...query } as never },
      signal,
    }),
  );

export const proposal = (id: string) =>
  asking(["proposals", id], (signal) =>
    api.GET("/proposals/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

/** What the account, the administrator or the policy is now that a proposal would change. */
export const accountNow = (uid: string) =>
  asking(["accounts", uid], (signal) =>
    api.GET("/accounts/{record_id}", { params: { path: { record_id: uid } }, signal }),
  );

export const administratorNow = (uid: string) =>
  asking(["administrators", uid], (signal) =>
    api.GET("/administrators/{record_id}", { params: { path: { record_id: uid } }, signal }),
  );
