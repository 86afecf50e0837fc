import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { api } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { useMay, useMe } from "../shared/api/me";
import { Button } from "../shared/ui/Button";
import { Question } from "../shared/ui/Dialog";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Timeline } from "../shared/ui/Timeline";
import { say } from "../shared/ui/toasts";
import { Day, Facts, Moment, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { Amend } from "./Amend";
import { type Claim, claimQuery, ownAccountsQuery } from "./queries";
import { isMoving, Story, stageOf } from "./Standing";
import { useTelling } from "./telling";
import "./reimbursements.css";

const MOVING_MS = 2_000;

/** One claim: what it is, where its money is, and what happened. */
export function OneClaim() {
  const words = useWords("reimbursements");
  const { id } = useParams({ from: "/signed-in/claims/$id" });
  const claim = useQuery({
    ...claimQuery(id),
    refetchInterval: ({ state }) => state.data !== undefined && isMoving(state.data.data as Claim) && MOVING_MS,
  });
  return (
    <Page title={words("claim", { id })} lead={claim.data?.data.description}>
      <Shown query={claim}>{({ data, etag }) => <Told claim={data as Claim} etag={etag} />}</Shown>
    </Page>
  );
}

function Told({ claim, etag }: { claim: Claim; etag: string }) {
  const words = useWords("reimbursements");
  const telling = useTelling();
  const { uid } = useMe();
  const maySubmit = useMay("claims:submit");
  const mayDecide = useMay("claims:decide");
  const own = useQuery({ ...ownAccountsQuery(uid ?? ""), enabled: maySubmit });
  const account = useQuery(accountQuery(claim));
  const isWaiting = claim.status === "pending" && !claim.withdrawn_at;
  const isOwn = own.data?.member?.uid === claim.member_uid;
  const into = account.data;
  // Whenever the claim or its payment moves, so does what happened.
  const queries = useQueryClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the tag is what says that it moved
  useEffect(() => void queries.invalidateQueries({ queryKey: ["history"] }), [queries, etag]);
  return (
    <>
      <Story claim={claim} />
      {isWaiting && isOwn && <Changes claim={claim} etag={etag} />}
      {isWaiting && !isOwn && mayDecide && (
        <p>
          <Link to="/inbox" search={{ claim: String(claim.id) } as never} className="button main">
            {words("decide")}
          </Link>
        </p>
      )}
      <div className="columns">
        <Section title={words("theClaim")}>
          <Facts
            facts={[
              [words("amount"), <Money key="amount" amount={claim.amount} currency={claim.currency} />],
              [words("what"), claim.description],
              [words("spentOn"), <Day key="day" on={claim.incurred_on} />],
              [words("member"), claim.member_name],
              [words("account"), into ? `${into.holder}, ${into.iban ?? into.account_number}` : undefined],
              [words("submitted"), <Moment key="at" at={claim.submitted_at} />],
            ]}
          />
          {claim.duplicate_of && stageOf(claim) !== "withdrawn" && (
            <p className="notice">
              {words("looksLike")}{" "}
              <Link to="/claims/$id" params={{ id: claim.duplicate_of }}>
                {words("see")}
              </Link>
            </p>
          )}
        </Section>
        <Timeline
          path={`/reimbursements/${claim.id}`}
          beside={claim.payment_uid ? [`/payments/${claim.payment_uid}`] : []}
          telling={telling}
        />
      </div>
    </>
  );
}

const accountQuery = ({ bank_account_id }: Claim) => ({
  queryKey: ["account", bank_account_id],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    const path = { record_id: String(bank_account_id) };
    return (await api.GET("/accounts/{record_id}", { params: { path }, signal })).data ?? null;
  },
});

/** What its member may still do. */
function Changes({ claim, etag }: { claim: Claim; etag: string }) {
  const words = useWords("reimbursements");
  const go = useNavigate();
  const [open, setOpen] = useState<"amend" | "withdraw">();
  const withdraw = useCommand(
    (seen: string, header) =>
      api.POST("/reimbursements/{record_id}/withdraw", {
        params: { path: { record_id: String(claim.id) }, header: { ...header, "If-Match": seen } },
      }),
    {
      onDone: () => {
        say(words("withdrawnSaid"));
        void go({ to: "/claims" });
      },
    },
  );
  function close(): void {
    setOpen(undefined);
    withdraw.reset();
  }
  return (
    <>
      <div className="row">
        <Button onPress={() => setOpen("amend")}>{words("amend")}</Button>
        <Button kind="harm" onPress={() => setOpen("withdraw")}>
          {words("withdraw")}
        </Button>
      </div>
      {open === "amend" && <Amend read={{ claim, etag }} onClose={close} />}
      <Question
        title={words("withdrawTitle", { id: claim.id })}
        open={open === "withdraw"}
        onClose={close}
        action={words("withdrawDo")}
        kind="harm"
        onAction={() => withdraw.mutate(etag)}
        pending={withdraw.isPending}
        error={withdraw.error}
      >
        <p>
          {claim.description}, <Money amount={claim.amount} currency={claim.currency} />
        </p>
        <p>{words("withdrawText")}</p>
      </Question>
    </>
  );
}
