import { type FormEvent, useEffect, useRef, useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Choice } from "../shared/ui/Fields";
import { Trouble } from "../shared/ui/States";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { day, decimal } from "../shared/words/format";
import type { Lender } from "./Decision";
import { DenyReason } from "./DenyReason";
import type { Account, Claim } from "./queries";
import { useKeys } from "./useKeys";
import type { Weighed } from "./weighing";

type Props = {
  claim: Claim;
  etag: string;
  account: Account;
  weighed: Weighed;
  lenders: Lender[];
  lenderUid: string;
  setLender: (uid: string) => void;
  isWaiting: boolean;
  onDecided: (id: number) => void;
};

/** Approving on one side, denying with its reason on the other; each bound to what was read. */
export function Decide(props: Props) {
  const { claim, etag, account, weighed, lenders, lenderUid, setLender, isWaiting, onDecided } = props;
  const words = useWords("reimbursements");
  const [isDenying, setDenying] = useState(false);
  const [seen, setSeen] = useState({ etag: "", isMissing: false });
  const approving = useRef<HTMLDivElement>(null);
  const record = { record_id: String(claim.id) };
  const isFlagged = Boolean(claim.duplicate_of || account.duplicate_of);
  // Ticked is what was there when somebody ticked it: a claim that was amended since is to be looked at again.
  const isSeen = seen.etag === etag;
  const mayApprove = weighed.comes !== "barred";
  const hasSaid = weighed.comes === "said";
  const mayDeny = !weighed.reasons.some(({ say: reason }) => reason === "own" || reason === "notAsked");

  const approve = useCommand(
    ({ tag, body }: { tag: string; body: Schemas["Approval"] }, header) =>
      api.POST("/reimbursements/{record_id}/approve", {
        body,
        params: { path: record, header: { ...header, "If-Match": tag } },
      }),
    {
      onDone: ({ data }) => {
        say(words(data.status === "approved" ? "approvedSaid" : "endorsedSaid", { id: claim.id }));
        onDecided(claim.id);
      },
    },
  );
  const deny = useCommand(
    ({ tag, reason }: { tag: string; reason: string }, header) =>
      api.POST("/reimbursements/{record_id}/deny", {
        body: { reason },
        params: { path: record, header: { ...header, "If-Match": tag } },
      }),
    {
      onDone: () => {
        say(words("deniedSaid", { id: claim.id }));
        onDecided(claim.id);
      },
    },
  );
  useKeys({
    a: () => approving.current?.querySelector<HTMLElement>("input:not(:checked), button")?.focus(),
    d: () => isWaiting && mayDeny && setDenying(true),
  });
  // What was refused because things are otherwise now stands beside how they are.
  const error = approve.error ?? deny.error;
  const trouble = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) trouble.current?.scrollIntoView({ block: "nearest" });
  }, [error]);

  function onApprove(event: FormEvent): void {
    event.preventDefault();
    if (isFlagged && !isSeen) {
      setSeen({ etag: "", isMissing: true });
      return;
    }
    if (approve.isPending) return;
    const body = { acknowledge_duplicates: isFlagged, ...(lenderUid ? { on_behalf_of: lenderUid } : {}) };
    approve.mutate({ tag: etag, body });
  }
  const amount = `${decimal(claim.amount)} ${claim.currency}`;
  return (
    <>
      <div ref={trouble}>{error && <Trouble error={error} />}</div>
      {isWaiting &&
        (isDenying ? (
          <DenyReason
            action={words("denyDo")}
            isPending={deny.isPending}
            onDeny={(reason) => deny.mutate({ tag: etag, reason })}
            onKeep={() => setDenying(false)}
          />
        ) : (
          <form className="stack" onSubmit={onApprove}>
            <div ref={approving} className="stack">
              {mayApprove && lenders.length > 0 && (
                <Choice
                  name="on_behalf_of"
                  label={words("behalf")}
                  value={lenderUid}
                  onChange={setLender}
                  empty={words("ownLimit")}
                  options={lenders.map(({ administrator: of, until }) => ({
                    value: of.uid,
                    label: words("lentBy", { name: `${of.first_name} ${of.last_name}`, until: day(until) }),
                  }))}
                />
              )}
              {mayApprove && !hasSaid && isFlagged && (
                <label className="check">
                  <input
                    type="checkbox"
                    checked={isSeen}
                    aria-invalid={seen.isMissing || undefined}
                    onChange={(event) => setSeen({ etag: event.target.checked ? etag : "", isMissing: false })}
                  />
                  {words("acknowledge")}
                </label>
              )}
              {seen.isMissing && (
                <p className="notice wait" role="alert">
                  {words("acknowledgeFirst")}
                </p>
              )}
              <div className="decide">
                {mayApprove && !hasSaid ? (
                  <Button type="submit" kind="main" isPending={approve.isPending}>
                    {words(weighed.comes === "second" ? "endorse" : "approve", { amount })}
                  </Button>
                ) : (
                  <span />
                )}
                {mayDeny && (
                  <Button kind="harm" onPress={() => setDenying(true)}>
                    {words("deny")}
                  </Button>
                )}
              </div>
            </div>
          </form>
        ))}
    </>
  );
}
