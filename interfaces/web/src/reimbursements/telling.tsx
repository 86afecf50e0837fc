/** The facts of a claim and of its payment, in words that its member understands. */

import { Link } from "@tanstack/react-router";
import type { Telling } from "../shared/ui/Timeline";
import { useWords } from "../shared/words";
import { day, decimal } from "../shared/words/format";

type Data = {
  amount?: string;
  currency?: string;
  description?: string;
  administrator_name?: string;
  member_name?: string;
  reason?: string | null;
  settled_on?: string;
  acknowledged_duplicate?: boolean;
  duplicate_of?: string | null;
  on_behalf_of?: string | null;
};

const TOLD = {
  "reimbursement.submitted": "submitted",
  "reimbursement.amended": "amended",
  "reimbursement.endorsed": "endorsed",
  "reimbursement.approved": "approved",
  "reimbursement.denied": "denied",
  "reimbursement.withdrawn": "withdrawn",
  "payment.scheduled": "scheduled",
  "payment.submitted": "paymentSubmitted",
  "payment.settled": "settled",
  "payment.failed": "failed",
  "payment.returned": "returned",
  "payment.cancelled": "cancelled",
  "payment.reinstated": "reinstated",
} as const;

export function useTelling(): Telling {
  const words = useWords("reimbursements");
  return (event) => {
    const name = TOLD[event.name.replace(/\.v\d+$/, "") as keyof typeof TOLD];
    if (!name) return undefined;
    const data = event.data as Data;
    const money = data.amount ? `${decimal(data.amount)} ${data.currency}` : "";
    return {
      what: words(`facts.${name}`, { money, name: data.administrator_name ?? "" }),
      who: data.administrator_name ?? data.member_name,
      detail: (
        <p className="small">
          {[
            data.description,
            data.reason,
            data.settled_on && words("facts.settledOn", { day: day(data.settled_on) }),
            data.acknowledged_duplicate && words("facts.acknowledged"),
            data.on_behalf_of && words("facts.onBehalf"),
          ]
            .filter(Boolean)
            .join(" ")}
          {data.duplicate_of && (
            <>
              {" "}
              {words("looksLike")}{" "}
              <Link to="/claims/$id" params={{ id: data.duplicate_of }}>
                {words("see")}
              </Link>
            </>
          )}
        </p>
      ),
    };
  };
}
