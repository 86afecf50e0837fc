/** What may wait for a person, each asked for with one small query, and only of whom may see it. */

import type { operations } from "daybook-client";
import type { Query } from "../shared/address";
import { type Answered, answered, api } from "../shared/api/client";
import type { Me, Permission } from "../shared/api/me";
import type { Messages } from "../shared/words/en";

type Sentence = keyof Messages["shell"]["waits"];
type Link = { to: string; params?: Record<string, string>; search?: Query };
export type Found = {
  count: number;
  at?: string | undefined;
  what?: string | undefined;
  money?: { amount: string; currency: string };
};
export type Card = {
  say: Sentence;
  needs: Permission;
  /** Whether it is something to do, or only good to know; a permission: something to do for who has it. */
  isWork: boolean | Permission;
  link: Link;
  ask: (me: Me, signal: AbortSignal) => Promise<Found>;
};
type Counted = { data: object[]; page: { count?: number | null } };

const ONE = { limit: 1, count: "exact" as const };

/** How many there are, and when the first of them was what `at` says. */
function found({ data }: Answered<Counted>, at?: string): Found {
  const first = data.data[0] as Record<string, string> | undefined;
  return { count: data.page.count ?? data.data.length, at: at && first?.[at] };
}

/** The claims that wait for those who decide: of their bank, or of all banks for operators. */
async function ofBank(
  me: Me,
  query: NonNullable<operations["listBankReimbursements"]["parameters"]["query"]>,
  signal: AbortSignal,
): Promise<Answered<Counted>> {
  const path = { bank_id: me.bank_uid ?? "" };
  return answered<Counted>(
    me.bank_uid
      ? api.GET("/banks/{bank_id}/reimbursements", { params: { path, query }, signal })
      : api.GET("/reimbursements", { params: { query }, signal }),
  );
}

export const CARDS: Card[] = [
  {
    say: "ownClaims",
    needs: "claims:submit",
    isWork: false,
    link: { to: "/claims", search: { status: "pending" } },
    ask: async (_, signal) => {
      const query = { ...ONE, status: { eq: "pending" as const }, sort: ["submitted_at"] };
      return found(await answered(api.GET("/reimbursements", { params: { query }, signal })), "submitted_at");
    },
  },
  {
    say: "lastPayment",
    needs: "claims:submit",
    isWork: false,
    link: { to: "/claims", search: { payment_status: "settled" } },
    ask: async (_, signal) => {
      const query = { limit: 1, payment_status: { eq: "settled" as const }, sort: ["-paid_on", "-id"] };
      const { data } = await answered(api.GET("/reimbursements", { params: { query }, signal }));
      const last = data.data[0];
      if (!last) return { count: 0 };
      const money = { amount: last.amount ?? "", currency: last.currency ?? "" };
      return { count: 1, at: last.paid_on ?? undefined, what: last.description, money };
    },
  },
  {
    say: "waitingClaims",
    needs: "claims:decide",
    isWork: true,
    link: { to: "/inbox" },
    ask: async (me, signal) => {
      const query = { ...ONE, status: { eq: "pending" as const }, sort: ["submitted_at"] };
      return found(await ofBank(me, query, signal), "submitted_at");
    },
  },
  {
    say: "proposals",
    needs: "proposals:decide",
    isWork: true,
    link: { to: "/proposals" },
    ask: async (_, signal) => {
      const query = { ...ONE, status: { eq: "waiting" as const }, sort: ["proposed_at"] };
      return found(await answered(api.GET("/proposals", { params: { query }, signal })), "proposed_at");
    },
  },
  {
    say: "batches",
    needs: "payments:export",
    isWork: true,
    link: { to: "/batches" },
    ask: async (me, signal) => {
      const path = { bank_id: me.bank_uid ?? "" };
      const query = { ...ONE, status: { eq: "created" as const } };
      return found(await answered(api.GET("/banks/{bank_id}/payment-batches", { params: { path, query }, signal })));
    },
  },
  {
    say: "cases",
    needs: "payments:decide",
    isWork: true,
    link: { to: "/cases" },
    ask: async (_, signal) => {
      const query = { ...ONE, status: { eq: "open" as const } };
      return found(await answered(api.GET("/payments/cases", { params: { query }, signal })));
    },
  },
  {
    say: "failedPayments",
    needs: "payments:decide",
    isWork: true,
    link: { to: "/payments" },
    ask: async (me, signal) => {
      const query = { ...ONE, payment_status: { in: "failed,returned,blocked" } };
      return found(await ofBank(me, query, signal));
    },
  },
  {
    say: "refusedImports",
    needs: "imports:read",
    isWork: "rejects:correct",
    link: { to: "/imports" },
    ask: async (_, signal) => {
      const query = { ...ONE, status: { eq: "rejected" as const } };
      return found(await answered(api.GET("/imports", { params: { query }, signal })));
    },
  },
  {
    say: "rejects",
    needs: "rejects:correct",
    isWork: true,
    link: { to: "/rejects" },
    ask: async (_, signal) => {
      const query = { ...ONE, status: { eq: "quarantined" as const } };
      return found(await answered(api.GET("/rejects", { params: { query }, signal })));
    },
  },
  {
    say: "parked",
    needs: "reactions:manage",
    isWork: true,
    link: { to: "/reactions" },
    ask: async (_, signal) => {
      const query = { ...ONE, state: { eq: "parked" as const } };
      return found(await answered(api.GET("/reactions", { params: { query }, signal })));
    },
  },
  {
    say: "halted",
    needs: "operations:read",
    isWork: true,
    link: { to: "/projections" },
    ask: async (_, signal) => {
      const { data } = await api.GET("/health/ready", { signal });
      const projections = (data as { projections?: { state: string }[] } | undefined)?.projections ?? [];
      return { count: projections.filter(({ state }) => state === "halted").length };
    },
  },
  {
    say: "latestEvent",
    needs: "events:read",
    isWork: false,
    link: { to: "/events" },
    ask: async (_, signal) => {
      const { data } = await answered(
        api.GET("/events", { params: { query: { limit: 1, sort: ["-position"] } }, signal }),
      );
      const last = data.data[0];
      return { count: last?.position ?? 0, at: last?.recorded_at };
    },
  },
  {
    say: "owed",
    needs: "ledger:read",
    isWork: false,
    link: { to: "/ledger" },
    ask: async (_, signal) => {
      const { data } = await answered(api.GET("/ledger/balances", { signal }));
      const owed = data.data.filter(({ account }) => account === "reimbursements_payable");
      const one = owed.length === 1 ? owed[0] : undefined;
      return one ? { count: 1, money: { amount: one.balance, currency: one.currency } } : { count: 0 };
    },
  },
];
