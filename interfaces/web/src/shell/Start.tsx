import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useMe } from "../shared/api/me";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Loading, Trouble } from "../shared/ui/States";
import { useWords } from "../shared/words";
import { ago, count, day, decimal } from "../shared/words/format";
import { CARDS, type Card, type Found } from "./waiting";

const AGAIN_MS = 60_000;

/** What waits for this person, and what is good to know; what there is nothing of, stays away. */
export function Start() {
  const words = useWords("shell");
  const me = useMe();
  const cards = CARDS.filter(({ needs }) => me.permissions.includes(needs));
  const answers = useQueries({
    queries: cards.map((card) => ({
      queryKey: ["waiting", card.say],
      queryFn: ({ signal }: { signal: AbortSignal }) => card.ask(me, signal),
      refetchInterval: AGAIN_MS,
    })),
  });
  const found = cards.flatMap((card, place) => {
    const data = answers[place]?.data;
    return data?.count ? [{ card, data }] : [];
  });
  const isWork = ({ isWork: it }: Card) => (typeof it === "string" ? me.permissions.includes(it) : it);
  const work = found.filter(({ card }) => isWork(card));
  const known = found.filter(({ card }) => !isWork(card));
  const isAsking = answers.some(({ isPending }) => isPending);
  const error = answers.find((answer) => answer.error)?.error;
  const hasWork = me.roles.some((role) => role !== "member") && (cards.some(isWork) || !known.length);
  const isNew = !isAsking && !error && me.permissions.includes("claims:submit") && !known.length;
  return (
    <Page title={words("welcome", { name: me.name })}>
      {error && <Trouble error={error} />}
      {isAsking && !found.length && <Loading />}
      {work.length > 0 && (
        <Section title={words("waitsForYou")}>
          <Cards found={work} areWork />
        </Section>
      )}
      {!isAsking && !error && hasWork && !work.length && <Empty>{words("allDone")}</Empty>}
      {known.length > 0 && (
        <Section title={words("goodToKnow")}>
          <Cards found={known} />
        </Section>
      )}
      {me.permissions.includes("claims:submit") && !isAsking && (
        <div className="stack">
          {isNew && <p className="quiet">{words("noClaimsYet")}</p>}
          <span>
            <Link to="/claims/new" className="button main">
              {words("claimNow")}
            </Link>
          </span>
        </div>
      )}
    </Page>
  );
}

function Cards({ found, areWork = false }: { found: { card: Card; data: Found }[]; areWork?: boolean }) {
  return (
    <ul className="waits">
      {found.map(({ card, data }) => (
        <li key={card.say} className="card stack">
          <One card={card} data={data} isWork={areWork} />
        </li>
      ))}
    </ul>
  );
}

function One({ card, data, isWork }: { card: Card; data: Found; isWork: boolean }): ReactNode {
  const words = useWords("shell");
  const { to, search } = card.link;
  const money = data.money && `${decimal(data.money.amount)} ${data.money.currency}`;
  const since = data.at && (card.say === "lastPayment" ? day(data.at) : ago(data.at));
  return (
    <>
      <p className="waits-number number">{money ?? count(data.count)}</p>
      <p>
        <Link to={to as never} search={(search ?? {}) as never}>
          {words(`waits.${card.say}`, { count: data.count })}
        </Link>
        {since && <span className="quiet small waits-since">{words(isWork ? "since" : "at", { when: since })}</span>}
        {data.what && <span className="quiet small waits-since">{data.what}</span>}
      </p>
    </>
  );
}
