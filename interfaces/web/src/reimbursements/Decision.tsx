/** One claim with everything that a decision about it needs, and the decision. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useMe } from "../shared/api/me";
import { Section } from "../shared/ui/Page";
import { Loading, Shown, Trouble } from "../shared/ui/States";
import { Day, Facts, Moment, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { decimal, moment } from "../shared/words/format";
import { Decide } from "./Decide";
import { besideQuery, type Claim, claimQuery, delegationsQuery, lastOfMemberQuery } from "./queries";
import { Standing, Story, stageOf } from "./Standing";
import { lendingDay } from "./today";
import { type Administrator, type Beside, type Reason, weigh } from "./weighing";

type Props = { id: string; onDecided: (id: number) => void };

export function Decision({ id, onDecided }: Props) {
  const claim = useQuery(claimQuery(id));
  return (
    <Shown query={claim}>{({ data, etag }) => <Whole claim={data as Claim} etag={etag} onDecided={onDecided} />}</Shown>
  );
}

function Whole({ claim, etag, onDecided }: { claim: Claim; etag: string; onDecided: Props["onDecided"] }) {
  const words = useWords("reimbursements");
  const { uid } = useMe();
  const [lenderUid, setLender] = useState("");
  const article = useRef<HTMLElement>(null);
  // On a narrow screen it stands above the list that it was opened from.
  useEffect(() => article.current?.scrollIntoView({ block: "nearest" }), []);
  const isWaiting = stageOf(claim) === "pending" || stageOf(claim) === "endorsed";
  const beside = useQuery({ ...besideQuery(claim), placeholderData: keepPreviousData });
  const lenders = useLenders(beside.data?.administrators ?? []);
  const lender = lenders.find(({ administrator }) => administrator.uid === lenderUid)?.administrator;
  const weighed = beside.data && weigh(claim, { ...beside.data, me: uid ?? "", lender });
  return (
    <article ref={article} className="card stack" aria-label={words("claim", { id: claim.id })}>
      <header className="row spread">
        <h2>
          {claim.member_name}, <Money amount={claim.amount} currency={claim.currency} />
        </h2>
        <Link to="/claims/$id" params={{ id: String(claim.id) }}>
          {words("claim", { id: claim.id })}
        </Link>
      </header>
      {claim.duplicate_of ? <SideBySide claim={claim} earlierUid={claim.duplicate_of} /> : <What claim={claim} />}
      {!isWaiting && <Story claim={claim} />}
      {beside.error && <Trouble error={beside.error} />}
      {isWaiting && !beside.error && !(weighed && beside.data) && <Loading />}
      {weighed && beside.data && (
        <>
          {isWaiting && <Takes claim={claim} beside={{ ...beside.data, me: uid ?? "", lender }} weighed={weighed} />}
          <Decide
            {...{ claim, etag, weighed, lenders, lenderUid, setLender, onDecided, isWaiting }}
            account={beside.data.account}
          />
        </>
      )}
      <LastOnes claim={claim} />
    </article>
  );
}

export type Lender = { administrator: Administrator; until: string };

/** Those whose limit is lent to this person today. */
function useLenders(administrators: Administrator[]): Lender[] {
  const { uid } = useMe();
  const delegations = useQuery(delegationsQuery);
  const mine = administrators.find((one) => one.user_uid === uid);
  const now = lendingDay();
  return (delegations.data?.data.data ?? []).flatMap((one) => {
    const isInForce = one.status === "lent" && (one.starts_on ?? "") <= now && now <= (one.ends_on ?? "");
    const administrator = administrators.find(({ uid: of }) => of === one.administrator_uid);
    return isInForce && mine && one.to === mine.uid && administrator
      ? [{ administrator, until: one.ends_on ?? "" }]
      : [];
  });
}

function What({ claim }: { claim: Claim }) {
  const words = useWords("reimbursements");
  return (
    <Facts
      facts={[
        [words("what"), claim.description],
        [words("spentOn"), <Day key="day" on={claim.incurred_on} />],
        [words("submitted"), <Moment key="at" at={claim.submitted_at} />],
      ]}
    />
  );
}

function SideBySide({ claim, earlierUid }: { claim: Claim; earlierUid: string }) {
  const words = useWords("reimbursements");
  const earlier = useQuery(claimQuery(earlierUid));
  return (
    <section className="notice wait stack" aria-label={words("duplicateTitle")}>
      <h3>{words("duplicateTitle")}</h3>
      <div className="side-by-side">
        <div className="stack">
          <strong>{words("theClaim")}</strong>
          <What claim={claim} />
        </div>
        <div className="stack">
          <strong>{words("earlier")}</strong>
          <Shown query={earlier}>
            {({ data }) => (
              <>
                <What claim={data as Claim} />
                <Standing claim={data as Claim} />
                <Link to="/claims/$id" params={{ id: String(data.id) }}>
                  {words("seeEarlier", { id: data.id })}
                </Link>
              </>
            )}
          </Shown>
        </div>
      </div>
    </section>
  );
}

type TakesProps = { claim: Claim; beside: Beside; weighed: ReturnType<typeof weigh> };

/** What it takes: the rule, the limit, and why a word may not be enough or not be heard. */
function Takes({ claim, beside, weighed }: TakesProps) {
  const words = useWords("reimbursements");
  const mine = beside.administrators.find(({ user_uid }) => user_uid === beside.me);
  const limit = mine?.approval_limit;
  const money = (amount: string, currency = claim.currency) => `${decimal(amount)} ${currency}`;
  const { tier, reasons } = weighed;
  const facts: [ReactNode, ReactNode][] = [
    [
      words("rule"),
      words("ruleText", {
        upTo: tier?.up_to ? money(tier.up_to) : "none",
        count: tier?.approvals ?? 1,
        roles: (tier?.roles ?? ["administrator"]).map((role) => words(`roles.${role}`)).join(", "),
      }),
    ],
    [words("yourLimit"), limit ? money(limit, mine?.currency) : words("noLimit")],
  ];
  return (
    <Section title={words("rules")}>
      <Facts facts={facts} />
      {reasons.length > 0 && (
        <ul className="reasons">
          {reasons.map((reason) => (
            <li key={reason.say} className={"bars" in reason ? "bars" : undefined}>
              {told(reason)}
            </li>
          ))}
        </ul>
      )}
      <Next weighed={weighed} account={beside.account} />
    </Section>
  );

  function told(reason: Reason): string {
    switch (reason.say) {
      case "limit":
        return words("reasons.limit", { limit: money(reason.limit, reason.currency) });
      case "lately":
        return words("reasons.lately", {
          days: reason.days,
          spent: money(reason.spent),
          counted: money(reason.counted),
        });
      case "people":
        return words("reasons.people", { count: reason.count });
      case "endorsed":
        return words("reasons.endorsed", { name: reason.name });
      case "otherCurrency":
        return words("reasons.otherCurrency", { currency: reason.currency });
      default:
        return words(`reasons.${reason.say}`);
    }
  }
}

function Next({ weighed, account }: { weighed: TakesProps["weighed"]; account: Beside["account"] }) {
  const words = useWords("reimbursements");
  const number = account.iban ?? account.account_number ?? "";
  return (
    <p>
      <strong>{words("next")}:</strong> {words(`comes.${weighed.comes}`, { holder: account.holder, number })}
      {weighed.comes === "enough" && weighed.heldUntil && (
        <> {words("held", { until: moment(weighed.heldUntil.toISOString()) })}</>
      )}
    </p>
  );
}

function LastOnes({ claim }: { claim: Claim }) {
  const words = useWords("reimbursements");
  const last = useQuery(lastOfMemberQuery(claim));
  return (
    <Section title={words("lastOnes")}>
      <Shown query={last}>
        {({ data }) =>
          data.data.length ? (
            <ul className="last-ones">
              {(data.data as Claim[]).map((one) => (
                <li key={one.id} className="row spread">
                  <Link to="/claims/$id" params={{ id: String(one.id) }}>
                    {one.description}
                  </Link>
                  <span className="row small">
                    <Standing claim={one} />
                    <Day on={one.incurred_on} />
                    <Money amount={one.amount} currency={one.currency} />
                  </span>
                </li>
              ))}
            </ul>
          ) : (
            <p className="quiet">{words("noLastOnes")}</p>
          )
        }
      </Shown>
    </Section>
  );
}
