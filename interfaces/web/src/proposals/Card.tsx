/** One proposal: what would change, who wants it and why that is not enough, and what this person can do about it. */

import { Link } from "@tanstack/react-router";
import { api } from "../shared/api/client";
import { useMay, useMe } from "../shared/api/me";
import { FormButton, QuestionButton } from "../shared/ui/Commands";
import { TextArea } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { Moment } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { Changes } from "./Changes";
import "./proposals.css";
import type { Proposal } from "./queries";
import { hasLapsed, kindOf, useSentence } from "./telling";

export function Card({ proposal }: { proposal: Proposal }) {
  const sentence = useSentence();
  return (
    <article className="card stack" aria-label={sentence(proposal)}>
      <h3>
        <Link to="/proposals/$id" params={{ id: String(proposal.id) }}>
          {sentence(proposal)}
        </Link>
      </h3>
      <About proposal={proposal} />
      <Deciding proposal={proposal} />
    </article>
  );
}

/** What it comes to, by whom, and why it takes two. */
export function About({ proposal }: { proposal: Proposal }) {
  const words = useWords("proposals");
  const kind = kindOf(proposal);
  return (
    <>
      <Changes proposal={proposal} />
      <p>
        {words.rich("byWhen", {
          name: proposal.proposed_by_name,
          moment: () => <Moment at={proposal.proposed_at} relative />,
          until: () => <Moment at={proposal.expires_at} relative />,
        })}
      </p>
      {kind && (
        <p className="quiet">
          {words("whyTwo")}
          {words(`why.${kind}`)}
        </p>
      )}
    </>
  );
}

/** What this person can do: nobody confirms their own, nor what concerns them, but for the owner of an account. */
export function Deciding({ proposal }: { proposal: Proposal }) {
  const words = useWords("proposals");
  const me = useMe();
  const decides = useMay("proposals:decide");
  if (proposal.status !== "waiting" || hasLapsed(proposal)) return null;
  if (!decides) return <p className="notice">{words("others")}</p>;
  if (proposal.proposed_by === me.uid) {
    return (
      <div className="row spread">
        <p className="notice">{words("own")}</p>
        <Withdraw proposal={proposal} />
      </div>
    );
  }
  const isOfMe = proposal.user_uid === me.uid && proposal.kind !== "payee";
  return (
    <div className="row deciding">
      {isOfMe ? <p className="notice">{words("concerns")}</p> : <Confirm proposal={proposal} />}
      <Reject proposal={proposal} />
    </div>
  );
}

function Confirm({ proposal }: { proposal: Proposal }) {
  const words = useWords("proposals");
  const what = useSentence()(proposal);
  return (
    <QuestionButton
      label={words("confirm")}
      kind="main"
      title={words("confirmTitle", { what })}
      action={words("confirm")}
      done={words("confirmed")}
      send={(header) => api.POST("/proposals/{record_id}/confirm", { params: { ...at(proposal), header } })}
    >
      <Changes proposal={proposal} />
      <p>{words("confirmText", { name: proposal.proposed_by_name })}</p>
    </QuestionButton>
  );
}

function Reject({ proposal }: { proposal: Proposal }) {
  const words = useWords("proposals");
  const what = useSentence()(proposal);
  return (
    <FormButton
      label={words("reject")}
      kind="harm"
      title={words("rejectTitle", { what })}
      action={words("reject")}
      done={words("rejected")}
      body={(form) => ({ reason: entry(form, "reason") || null })}
      send={(body, header) => api.POST("/proposals/{record_id}/reject", { body, params: { ...at(proposal), header } })}
    >
      <TextArea
        name="reason"
        label={words("reason")}
        hint={words("reasonHint", { name: proposal.proposed_by_name })}
        isRequired
        autoFocus
      />
    </FormButton>
  );
}

function Withdraw({ proposal }: { proposal: Proposal }) {
  const words = useWords("proposals");
  const what = useSentence()(proposal);
  return (
    <QuestionButton
      label={words("withdraw")}
      title={words("withdrawTitle", { what })}
      action={words("withdraw")}
      done={words("withdrawn")}
      send={(header) => api.POST("/proposals/{record_id}/withdraw", { params: { ...at(proposal), header } })}
    >
      <p>{words("withdrawText")}</p>
    </QuestionButton>
  );
}

const at = (proposal: Proposal) => ({ path: { record_id: proposal.uid } });
