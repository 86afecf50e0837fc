import { useRef, useState } from "react";
import { api, type Problem, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Trouble } from "../shared/ui/States";
import { say } from "../shared/ui/toasts";
import { Money, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { useSentences } from "../shared/words/problems";
import { sum } from "./counting";
import { DenyReason } from "./DenyReason";
import type { Claim } from "./queries";
import { useKeys } from "./useKeys";

/** A decision that was not carried out, and why. */
export type Refusal = { claim: Claim; problem: Problem };
type Props = {
  claims: Claim[];
  choose: (chosen: ReadonlySet<string>) => void;
  onRefused: (refusals: Refusal[]) => void;
};

/** Several claims decided at once; what is refused stays selected, each with its reason. */
export function Many({ claims, choose, onRefused }: Props) {
  const words = useWords("reimbursements");
  const [isDenying, setDenying] = useState(false);
  const [isSeen, setSeen] = useState(false);
  const decide = useCommand(
    (decisions: Schemas["OneDecision"][], header) =>
      api.POST("/reimbursements/decisions", { body: { decisions }, params: { header } }),
    {
      onDone: ({ data }) => {
        const refused = data.data.flatMap(({ reimbursement_id, problem }) => {
          const claim = claims.find(({ id }) => id === Number(reimbursement_id));
          return claim && problem ? [{ claim, problem }] : [];
        });
        say(words("manyDone", { decided: data.decided, refused: data.refused }));
        setDenying(false);
        choose(new Set(refused.map(({ claim }) => String(claim.id))));
        onRefused(refused);
      },
    },
  );
  const flagged = claims.filter(({ duplicate_of }) => duplicate_of);
  const count = claims.length;
  const of = (decision: Schemas["Verdict"], more: Partial<Schemas["OneDecision"]>) =>
    claims.map(({ id, version }) => ({ reimbursement_id: id, decision, if_version: version, ...more }));

  function approve(): void {
    if (decide.isPending) return;
    decide.mutate(of("approve", { acknowledge_duplicates: flagged.length > 0 && isSeen }));
  }
  const approving = useRef<HTMLDivElement>(null);
  useKeys({ a: () => approving.current?.querySelector("button")?.focus(), d: () => setDenying(true) });
  return (
    <section className="card stack" aria-label={words("many", { count })}>
      <div className="row spread">
        <h2>{words("many", { count })}</h2>
        <Button kind="plain" onPress={() => choose(new Set())}>
          {words("selectNone")}
        </Button>
      </div>
      <ul className="last-ones">
        {claims.map((claim) => (
          <li key={claim.id}>
            <span className="row spread">
              <span>
                {claim.member_name}, {claim.description}
              </span>
              <Money amount={claim.amount} currency={claim.currency} />
            </span>
            {claim.duplicate_of && <Status mood="wait">{words("flagged")}</Status>}
          </li>
        ))}
      </ul>
      <p className="row">
        {totals(claims).map(([currency, amount]) => (
          <strong key={currency}>
            <Money amount={amount} currency={currency} />
          </strong>
        ))}
      </p>
      {decide.error && <Trouble error={decide.error} />}
      {isDenying ? (
        <DenyReason
          action={words("denyManyDo", { count })}
          isPending={decide.isPending}
          onDeny={(reason) => decide.mutate(of("deny", { reason }))}
          onKeep={() => setDenying(false)}
        />
      ) : (
        <>
          {flagged.length > 0 && (
            <label className="check">
              <input type="checkbox" checked={isSeen} onChange={(event) => setSeen(event.target.checked)} />
              {words("acknowledgeMany", { count: flagged.length })}
            </label>
          )}
          <div ref={approving} className="decide">
            <Button kind="main" onPress={approve} isPending={decide.isPending}>
              {words("approveMany", { count })}
            </Button>
            <Button kind="harm" onPress={() => setDenying(true)}>
              {words("denyMany", { count })}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

/** What was refused, also of claims that wait no more, until somebody has read it. */
export function Refusals({ refusals, onRead }: { refusals: Refusal[]; onRead: () => void }) {
  const words = useWords("reimbursements");
  const said = useWords("shared");
  const sentence = useSentences();
  return (
    <section className="notice bad stack" role="alert" aria-label={words("refusedList")}>
      <div className="row spread">
        <strong>{words("refusedList")}</strong>
        <Button small onPress={onRead}>
          {said("close")}
        </Button>
      </div>
      <ul className="last-ones">
        {refusals.map(({ claim, problem }) => (
          <li key={claim.id}>
            <strong>
              {claim.member_name}, {claim.description}
            </strong>
            <span className="about">{sentence(problem) ?? problem.detail}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function totals(claims: Claim[]): [currency: string, amount: string][] {
  const currencies = [...new Set(claims.map(({ currency }) => currency))];
  return currencies.map((currency) => [
    currency,
    sum(...claims.filter((one) => one.currency === currency).map(({ amount }) => amount)),
  ]);
}
