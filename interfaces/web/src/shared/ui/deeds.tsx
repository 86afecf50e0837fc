/** Events as sentences: what happened, in words of the catalogue where it has some. */

import { useWords } from "../words";
import { decimal } from "../words/format";
import { label } from "../words/names";
import type { EventView } from "./Timeline";

type Facts = Record<string, unknown>;

/** `reimbursement.approved` of `reimbursement.approved.v1`. */
export function deedOf(name: string): string {
  return name.replace(/\.v\d+$/, "");
}

/** What happened: a sentence, or the name of the event as words. */
export function useDeed(): (event: Pick<EventView, "name" | "data">) => string {
  const words = useWords("events.told");
  return ({ name, data }) => {
    const deed = deedOf(name);
    if (!words.has(deed as never)) return label(deed.replaceAll(".", " "));
    return words(deed as never, values((data ?? {}) as Facts) as never);
  };
}

/** What a sentence says of an event already, and what tells nothing to people. */
const SAID = new Set(["amount", "currency", "subject", "recipient", "imported", "message_id", "reference", "version"]);
const NOT_SHOWN = /(^|_)(u?ids?|at|key|hash|digest|address|epoch)$/;

/** What else an event says, by name, without ids: those are behind its link. */
export function otherFacts({ name, data }: Pick<EventView, "name" | "data">, isTold: boolean): [string, unknown][] {
  const all = Object.entries((data ?? {}) as Facts);
  const isSaid = (member: string) => isTold && (SAID.has(member) || (name.startsWith("user.") && member === "name"));
  return all.filter(
    ([member, value]) =>
      value !== null && value !== "" && typeof value !== "object" && !NOT_SHOWN.test(member) && !isSaid(member),
  );
}

/** Whether the catalogue has a sentence for an event. */
export function useIsTold(): (name: string) => boolean {
  const words = useWords("events.told");
  return (name) => words.has(deedOf(name) as never);
}

/** Every value that a sentence may name, so that none is missing in an event of another version. */
function values(data: Facts): Record<string, string | number> {
  const text = (name: string) => (typeof data[name] === "string" || typeof data[name] === "number" ? data[name] : "");
  const amount = typeof data.amount === "string" && /^-?\d+(\.\d+)?$/.test(data.amount) ? decimal(data.amount) : "";
  return {
    money: [amount, text("currency")].filter(Boolean).join(" "),
    name: text("name") || text("member_name"),
    subject: text("subject"),
    recipient: text("recipient"),
    unit: text("unit"),
    rows: text("imported"),
    number: text("number"),
    payments: text("count"),
    attention: Number(data.failed ?? 0),
  };
}
