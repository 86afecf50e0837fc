/** Proposals in words: what each kind comes to, and why it takes two people. */

import { useWords } from "../shared/words";
import { currencyName, day, decimal } from "../shared/words/format";
import type { Proposal } from "./queries";

/** The terms of a proposal, whose members depend on its kind. */
export type Terms = Record<string, unknown>;
export const termsOf = (proposal: Proposal): Terms => (proposal.terms ?? {}) as Terms;

/** A member of the terms as text; empty where it is not there. */
export const said = (terms: Terms, name: string): string => {
  const value = terms[name];
  return value === null || value === undefined ? "" : String(value);
};

/** Nobody decides what has waited for seven days. */
export const hasLapsed = (proposal: Proposal): boolean =>
  proposal.status === "waiting" && new Date(proposal.expires_at).getTime() < Date.now();

export const KINDS = [
  "appointment",
  "limit",
  "operator",
  "firm_auditor",
  "payee",
  "policy",
  "exchange_rate",
  "payment",
] as const;
export type Kind = (typeof KINDS)[number];
export const kindOf = (proposal: Proposal): Kind | undefined => KINDS.find((kind) => kind === proposal.kind);

/** What a proposal comes to in one sentence; the API's own for a kind that is not known here. */
export function useSentence(): (proposal: Proposal) => string {
  const words = useWords("proposals");
  return (proposal) => {
    const terms = termsOf(proposal);
    const of = (name: string) => said(terms, name);
    const money = () => `${decimal(of("amount"))} ${of("currency")}`;
    switch (kindOf(proposal)) {
      case "appointment":
        return words("sentences.appointment", { name: `${of("first_name")} ${of("last_name")}` });
      case "limit":
        return words("sentences.limit", { name: of("name") });
      case "operator":
        return words("sentences.operator", { name: of("name") });
      case "firm_auditor":
        return words("sentences.firm_auditor", { name: of("name") });
      case "payee":
        return words("sentences.payee", { name: of("owner") });
      case "policy":
        return words("sentences.policy");
      case "exchange_rate":
        return words("sentences.exchange_rate", {
          base: currencyName(of("base")),
          quote: currencyName(of("quote")),
          day: day(of("day")),
        });
      case "payment":
        return words(`sentences.${askingOf(of("asking"))}`, { name: of("member_name"), amount: money() });
      default:
        return proposal.summary;
    }
  };
}

const ASKINGS = ["retry", "redirect", "release", "write_off"] as const;
const askingOf = (text: string) => ASKINGS.find((one) => one === text) ?? "retry";
