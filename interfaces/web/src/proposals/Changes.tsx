/** What a proposal would change, beside what it is now. */

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Policy, usePolicyRows } from "../banks/policyWords";
import { bankPolicies } from "../banks/queries";
import { Difference, type Line } from "../shared/ui/Difference";
import { useWords } from "../shared/words";
import { decimal } from "../shared/words/format";
import { choice } from "../shared/words/names";
import { accountNow, administratorNow, type Proposal } from "./queries";
import { kindOf, said, type Terms, termsOf } from "./telling";

export function Changes({ proposal }: { proposal: Proposal }) {
  const terms = termsOf(proposal);
  switch (kindOf(proposal)) {
    case "appointment":
      return <Appointment terms={terms} />;
    case "limit":
      return <Limit terms={terms} isOpen={proposal.status === "waiting"} />;
    case "payee":
      return <Payee terms={terms} isOpen={proposal.status === "waiting"} />;
    case "policy":
      return <Setting proposal={proposal} terms={terms} />;
    case "exchange_rate":
      return <Rate terms={terms} />;
    case "payment":
      return <Payment terms={terms} />;
    case "operator":
    case "firm_auditor":
      return <Operator terms={terms} />;
    default:
      return <p>{proposal.summary}</p>;
  }
}

/** Up to which amount somebody decides alone. */
export function useUpTo(): (limit: unknown, currency: string) => string {
  const words = useWords("proposals");
  return (limit, currency) =>
    limit === null || limit === undefined
      ? words("anyAmount")
      : words("upTo", { amount: `${decimal(String(limit))} ${currency}` });
}

function Appointment({ terms }: { terms: Terms }) {
  const words = useWords("proposals");
  const upTo = useUpTo();
  return (
    <Difference
      lines={[
        [words("fields.name"), "", `${said(terms, "first_name")} ${said(terms, "last_name")}`],
        [words("fields.email"), "", said(terms, "email")],
        [words("fields.limit"), words("noAdministrator"), upTo(terms.approval_limit, said(terms, "currency"))],
      ]}
    />
  );
}

function Operator({ terms }: { terms: Terms }) {
  const words = useWords("proposals");
  return (
    <Difference
      lines={[
        [words("fields.name"), "", said(terms, "name")],
        [words("fields.email"), "", said(terms, "email")],
      ]}
    />
  );
}

function Limit({ terms, isOpen }: { terms: Terms; isOpen: boolean }) {
  const words = useWords("proposals");
  const upTo = useUpTo();
  const found = useQuery({ ...administratorNow(said(terms, "administrator_uid")), enabled: isOpen });
  const now = found.data?.data;
  const limit = "approval_limit" in terms ? terms.approval_limit : now?.approval_limit;
  const currency = said(terms, "currency") || (now?.currency ?? "");
  return (
    <Difference
      lines={[[words("fields.limit"), now ? upTo(now.approval_limit, now.currency ?? "") : "", upTo(limit, currency)]]}
    />
  );
}

const NUMBERS = ["holder", "iban", "routing_number", "account_number"] as const;

function Payee({ terms, isOpen }: { terms: Terms; isOpen: boolean }) {
  const words = useWords("proposals");
  const found = useQuery({ ...accountNow(said(terms, "bank_account_uid")), enabled: isOpen });
  const now = found.data?.data;
  const hasNumber = NUMBERS.slice(1).some((name) => said(terms, name));
  const lines = NUMBERS.map((name): Line => {
    const stays = name === "holder" ? !said(terms, name) : !hasNumber;
    return [words(`fields.${name}`), now?.[name] ?? "", stays ? (now?.[name] ?? "") : said(terms, name)];
  });
  return (
    <Difference
      lines={[[words("fields.owner"), "", said(terms, "owner")], ...lines.filter(([, was, will]) => was || will)]}
    />
  );
}

function Setting({ proposal, terms }: { proposal: Proposal; terms: Terms }) {
  const rows = usePolicyRows();
  const isOpen = proposal.status === "waiting";
  const found = useQuery({ ...bankPolicies(proposal.bank_uid ?? ""), enabled: isOpen && Boolean(proposal.bank_uid) });
  const now = found.data?.data.data[0];
  const after = rows(terms as Policy);
  const before = now ? rows(now) : undefined;
  return <Difference lines={after.map(([name, value], place): Line => [name, before?.[place]?.[1] ?? "", value])} />;
}

function Rate({ terms }: { terms: Terms }) {
  const words = useWords("proposals");
  const of = (name: string) => said(terms, name);
  const rate = words("rate", { base: of("base"), value: decimal(of("value")), quote: of("quote") });
  return (
    <Difference
      lines={[
        [words("fields.rate"), "", rate],
        [words("fields.source"), "", of("source")],
      ]}
    />
  );
}

function Payment({ terms }: { terms: Terms }) {
  const words = useWords("proposals");
  const account = useQuery({
    ...accountNow(said(terms, "bank_account_uid")),
    enabled: Boolean(terms.bank_account_uid),
  }).data?.data;
  const reported = terms.reported as { status?: string; by_name?: string } | null;
  const lines: [string, ReactNode][] = [
    [
      words("fields.payment"),
      <Link key="claim" to={`/claims/${said(terms, "reimbursement_uid")}` as string}>
        {said(terms, "member_name")}, {decimal(said(terms, "amount"))} {said(terms, "currency")}
      </Link>,
    ],
    [words("fields.account"), account ? `${account.holder} ${account.iban ?? account.account_number ?? ""}` : ""],
    [words("fields.reason"), said(terms, "reason")],
    [
      words("fields.reported"),
      reported ? words("reportedBy", { status: choice(reported.status ?? ""), name: reported.by_name ?? "" }) : "",
    ],
  ];
  return <Difference lines={lines.filter(([, value]) => value).map(([name, value]): Line => [name, "", value])} />;
}
