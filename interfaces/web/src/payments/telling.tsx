/** What happened to payments and to what is owed, as sentences. */

import type { EventView, Telling } from "../shared/ui/Timeline";
import { useWords } from "../shared/words";
import { day, decimal } from "../shared/words/format";

export function usePaymentTelling(): Telling {
  const words = useWords("payments.told");
  return (event: EventView) => {
    const name = event.name.replace(/\.v\d+$/, "").replaceAll(".", "_");
    if (!words.has(name as "payment_scheduled")) return undefined;
    const data = (event.data ?? {}) as Record<string, unknown>;
    const text = (member: string) => (data[member] ? String(data[member]) : "");
    const amount = text("amount") ? `${decimal(text("amount"))} ${text("currency")}` : "";
    const detail = [amount, text("creditor_name"), text("iban"), text("rail_reference"), text("reason")];
    const settled = text("settled_on");
    return {
      what: words(name as "payment_scheduled"),
      detail: <p className="small">{[...detail, settled && day(settled)].filter(Boolean).join(" · ")}</p>,
    };
  };
}
