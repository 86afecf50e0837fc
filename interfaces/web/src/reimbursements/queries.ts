import type { operations } from "daybook-client";
import { answered, api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";
import type { EventView } from "../shared/ui/Timeline";
import { sum } from "./counting";
import type { Administrator } from "./weighing";

export type Claim = Required<Schemas["Reimbursement"]>;
export type Account = Required<Schemas["Account"]>;
export type Delegation = Required<Schemas["Delegation"]>;
type ClaimsAsked = NonNullable<operations["listReimbursements"]["parameters"]["query"]>;

/** The claims of a bank, for whoever sees them all; without a bank those of one's own, or of all banks for operators. */
export const claimsQuery = (query: ClaimsAsked, bank: string | null) =>
  asking(["claims", bank, query], (signal) =>
    bank
      ? api.GET("/banks/{bank_id}/reimbursements", { params: { path: { bank_id: bank }, query }, signal })
      : api.GET("/reimbursements", { params: { query }, signal }),
  );

/** A claim by its id or uid, with the tag that a change of it is bound to. */
export const claimQuery = (id: string) =>
  asking(["claim", id], (signal) =>
    api.GET("/reimbursements/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

/** The person as a member of their bank, and the accounts of theirs that are open. */
export const ownAccountsQuery = (userUid: string) => ({
  queryKey: ["own accounts", userUid],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const members = await answered(
      api.GET("/members", { params: { query: { user_uid: { eq: userUid }, limit: 1 } }, signal }),
    );
    const member = members.data.data[0];
    if (!member) return { member, accounts: [] };
    const query = { bank_member_id: { eq: member.id }, status: { eq: "open" as const } };
    const { data } = await answered(api.GET("/accounts", { params: { query }, signal }));
    return { member, accounts: data.data as Account[] };
  },
});

const WAITING_FIELDS = ["id", "version", "amount", "currency", "description", "member_name", "submitted_at"] as const;
const WAITING_MARKS = ["duplicate_of", "endorsed_by", "endorsed_by_name", "incurred_on"] as const;

/** What waits for a decision, the longest first; each row with the version that is seen. */
export const waitingQuery = (bank: string | null, cursor?: string) =>
  claimsQuery(
    {
      status: { eq: "pending" },
      sort: ["submitted_at"],
      fields: [...WAITING_FIELDS, ...WAITING_MARKS],
      limit: 50,
      count: "exact",
      ...(cursor ? { cursor } : {}),
    },
    bank,
  );

export const administratorsQuery = asking(["administrators", "active"], (signal) =>
  api.GET("/administrators", { params: { query: { status: { eq: "active" }, limit: 200 } }, signal }),
);

export const delegationsQuery = asking(["delegations"], (signal) =>
  api.GET("/delegations", { params: { query: { sort: ["-id"], limit: 100 } }, signal }),
);

/** All that a decision about a claim is weighed by, as far as this person may read it. */
export const besideQuery = (claim: Claim) => ({
  queryKey: ["beside", claim.id, claim.bank_account_id, claim.currency],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const at = (id: number) => ({ params: { path: { record_id: String(id) } }, signal });
    const [policies, administrators, member, memberHistory, account, accountHistory] = await Promise.all([
      answered(api.GET("/banks/{bank_id}/policies", { params: { path: { bank_id: String(claim.bank_id) } }, signal })),
      answered(
        api.GET("/administrators", {
          params: { query: { bank_id: { eq: claim.bank_id }, status: { eq: "active" }, limit: 200 } },
          signal,
        }),
      ),
      answered(api.GET("/members/{record_id}", at(claim.bank_member_id))),
      answered(api.GET("/members/{record_id}/history", at(claim.bank_member_id))),
      answered(api.GET("/accounts/{record_id}", at(claim.bank_account_id))),
      answered(api.GET("/accounts/{record_id}/history", at(claim.bank_account_id))),
    ]);
    const policy = policies.data.data[0] as Required<Schemas["PolicyVersion"]>;
    return {
      policy,
      administrators: administrators.data.data as Administrator[],
      member: member.data as Required<Schemas["Member"]>,
      memberHistory: memberHistory.data.data as EventView[],
      account: account.data as Account,
      accountHistory: accountHistory.data.data as EventView[],
      spent: await spentLately(claim, policy.splitting_days, signal),
    };
  },
});

/** What was approved for the member in the last days and counts with it; of more claims than that nothing is foretold. */
async function spentLately(claim: Claim, days: number, signal: AbortSignal): Promise<string> {
  const query = {
    status: { eq: "approved" as const },
    bank_member_id: { eq: claim.bank_member_id },
    currency: { eq: claim.currency },
    decided_at: { gt: new Date(Date.now() - days * 86_400_000).toISOString() },
    fields: ["id" as const, "amount" as const],
    limit: 200,
  };
  const path = { bank_id: claim.bank_uid };
  const { data } = await answered(api.GET("/banks/{bank_id}/reimbursements", { params: { path, query }, signal }));
  return data.data.length ? sum(...data.data.map(({ amount }) => amount ?? "0")) : "0";
}

/** The member's other claims, the newest first. */
export const lastOfMemberQuery = (claim: Claim) =>
  claimsQuery(
    { bank_member_id: { eq: claim.bank_member_id }, id: { ne: claim.id }, sort: ["-submitted_at"], limit: 6 },
    claim.bank_uid,
  );
