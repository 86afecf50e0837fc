import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Refused } from "../shared/api/client";
import { Page } from "../shared/ui/Page";
import { Loading } from "../shared/ui/States";
import { Moment, type Mood, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { label } from "../shared/words/names";
import "./operations.css";
import { type Projection, type Ready, readyQuery } from "./queries";
import { isAlive, isAway, moodOf, reactionsMood, slowest } from "./standing";

/** Whether all is well, in one look; what was known last stays while nobody answers. */
export function Health() {
  const words = useWords("operations");
  const ready = useQuery(readyQuery);
  const isAway = ready.isError;
  const checks = ready.data ? checksOf(ready.data, words) : [];
  const wrong = checks.filter(({ mood }) => mood === "bad");
  const title = isAway ? words("away") : wrong.length ? words("notWell", { count: wrong.length }) : words("allWell");
  return (
    <Page title={words("health")} lead={words("healthLead")}>
      {!ready.data && !isAway && <Loading />}
      {(ready.data || isAway) && (
        <div className={`verdict ${isAway || wrong.length ? "bad" : "good"}`} role="status">
          <Status mood={isAway || wrong.length ? "bad" : "good"}>{title}</Status>
        </div>
      )}
      {ready.isError && <Unanswered error={ready.error} at={ready.dataUpdatedAt} />}
      <ul className={`checks ${isAway ? "old" : ""}`}>
        {[apiCheck(isAway, words), ...checks].map(({ name, mood, word, what, to }) => (
          <li key={name} className={`card check-card ${mood}`}>
            <h2>{to ? <Link to={to}>{name}</Link> : name}</h2>
            <Status mood={mood}>{word}</Status>
            <p className="small quiet">{what}</p>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function Unanswered({ error, at }: { error: unknown; at: number }) {
  const words = useWords("operations");
  return (
    <div className="notice bad stack">
      <p>{error instanceof Refused ? error.problem.detail : words("unanswered")}</p>
      {at > 0 && (
        <p className="small">{words.rich("lastSeen", { at: () => <Moment at={new Date(at).toISOString()} /> })}</p>
      )}
    </div>
  );
}

type Check = { name: string; mood: Mood; word: string; what: ReactNode; to?: "/projections" | "/reactions" };
type Words = ReturnType<typeof useWords<"operations">>;

function apiCheck(isAway: boolean, words: Words): Check {
  return isAway
    ? { name: words("checks.api"), mood: "bad", word: words("words.silent"), what: words("apiAway") }
    : { name: words("checks.api"), mood: "good", word: words("words.answers"), what: words("apiThere") };
}

/** Everything there is to look at, each with a word. */
function checksOf(ready: Ready, words: Words): Check[] {
  return [
    databaseCheck(ready, words),
    diskCheck(ready, words),
    projectorCheck(ready, words),
    lagCheck(ready, words),
    life("worker", ready.reactions.workers_silent_s, words),
    life("planner", ready.reactions.planner_silent_s, words, ready.reactions.halted),
    reactionsCheck(ready, words),
  ];
}

function databaseCheck({ database }: Ready, words: Words): Check {
  const isWell = database === "ok";
  return {
    name: words("checks.database"),
    mood: isWell ? "good" : "bad",
    word: isWell ? words("words.answers") : words("words.readOnly"),
    what: isWell ? words("databaseWell") : words("databaseReadOnly"),
  };
}

function diskCheck({ disk }: Ready, words: Words): Check {
  const isWell = disk === "ok";
  return {
    name: words("checks.disk"),
    mood: isWell ? "good" : "bad",
    word: isWell ? words("words.room") : words("words.full"),
    what: isWell ? words("diskWell") : words("diskFull"),
  };
}

function projectorCheck({ projections }: Ready, words: Words): Check {
  const all = projections as Projection[];
  if (all.some(isAway)) return awayCheck(words("checks.projectors"), words);
  const broken = all.filter(({ state }) => !["live", "building"].includes(state));
  const silent = all.filter(({ silent_s }) => !isAlive(silent_s));
  const building = all.filter(({ state }) => state === "building");
  const isBad = broken.length > 0 || silent.length > 0;
  return {
    name: words("checks.projectors"),
    to: "/projections",
    mood: isBad ? "bad" : building.length ? "wait" : "good",
    word: silent.length
      ? words("words.silent")
      : broken.length
        ? words("words.halted")
        : building.length
          ? words("words.building")
          : words("words.follows"),
    what: silent.length
      ? words("projectionsSilent", { count: silent.length, heard: heard(silent[0]?.silent_s, words) })
      : broken.length
        ? words("projectionsHalted", { names: broken.map(({ name }) => label(name)).join(", ") })
        : words("projectionsWell", { count: all.length }),
  };
}

function awayCheck(name: string, words: Words): Check {
  return { name, to: "/projections", mood: "bad", word: words("words.unknown"), what: words("readModelsAway") };
}

function lagCheck({ projections }: Ready, words: Words): Check {
  const last = slowest(projections as Projection[]);
  if (last && isAway(last)) return awayCheck(words("checks.lag"), words);
  const lag = last?.lag ?? 0;
  const mood: Mood = !last || lag === 0 ? "good" : moodOf(last) === "bad" ? "bad" : "wait";
  return {
    name: words("checks.lag"),
    to: "/projections",
    mood,
    word: lag ? words("events", { count: lag }) : words("words.upToDate"),
    what: last && lag ? words("oldestUnread", { name: label(last.name), seconds: last.lag_s }) : words("nothingUnread"),
  };
}

function life(
  who: "worker" | "planner",
  silent: number | null | undefined,
  words: Words,
  halted?: string | null,
): Check {
  const isThere = isAlive(silent) && !halted;
  return {
    name: words(`checks.${who}`),
    to: "/reactions",
    mood: isThere ? "good" : "bad",
    word: halted ? words("words.halted") : isThere ? words("words.works") : words("words.silent"),
    what: halted ?? heard(silent, words),
  };
}

function heard(silent: number | null | undefined, words: Words): string {
  if (typeof silent !== "number") return words("neverHeard");
  return isAlive(silent) ? words("heardNow") : words("heard", { seconds: silent });
}

function reactionsCheck(ready: Ready, words: Words): Check {
  const { pending, running, overdue, parked } = ready.reactions;
  return {
    name: words("checks.reactions"),
    to: "/reactions",
    mood: parked || overdue ? "bad" : reactionsMood({ ...ready, reactions: { ...ready.reactions, halted: null } }),
    word: parked
      ? words("words.parked", { count: parked })
      : overdue
        ? words("words.overdue", { count: overdue })
        : pending + running
          ? words("words.open", { count: pending + running })
          : words("words.noneOpen"),
    what: words("reactionsSum", {
      pending: count(pending),
      running: count(running),
      overdue: count(overdue),
      parked: count(parked),
    }),
  };
}
