/** What stands around every screen: where one can go, who one is, and whether Daybook answers. */

import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useRouter, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useDeferredValue, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { places } from "../router";
import { useMe } from "../shared/api/me";
import { isPassing } from "../shared/api/queries";
import type { Place } from "../shared/roots";
import { Button } from "../shared/ui/Button";
import { useWords } from "../shared/words";
import { useAskedProof } from "./proof";
import "./shell.css";

// What opens over a page is not waited for by the first one: it comes once that shows, before anybody wants it.
const loadAccountMenu = () => import("./AccountMenu");
const AccountMenu = lazy(loadAccountMenu);
const ProveDialog = lazy(() => import("./ProveDialog").then((it) => ({ default: it.ProveDialog })));

const OVERLAYS_AFTER_MS = 1_000;

const GROUPS: Place["group"][] = ["work", "book", "operate", "explore"];

export function Shell() {
  const words = useWords("shell");
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [isOpen, setOpen] = useState(false);
  const proof = useAskedProof();
  // The first screen comes in small pieces behind the shell: in one go, a phone would answer nothing while it draws.
  const hasScreen = useDeferredValue(true, false);
  useEffect(() => {
    const waiting = setTimeout(() => void loadAccountMenu(), OVERLAYS_AFTER_MS);
    return () => clearTimeout(waiting);
  }, []);
  // On another screen the navigation closes, and reading goes on at its title.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what says that it is another screen
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {words("skip")}
      </a>
      <header className="top">
        <Button kind="plain" aria-expanded={isOpen} aria-controls="places" onPress={() => setOpen(!isOpen)}>
          <span aria-hidden="true">☰</span> {words("menu")}
        </Button>
        <Link to="/" className="brand">
          Daybook
        </Link>
        <Account />
      </header>
      <Places isOpen={isOpen} />
      <main id="main" ref={main} tabIndex={-1}>
        <Offline />
        {hasScreen && <Outlet />}
      </main>
      {proof && (
        <Suspense>
          <ProveDialog proof={proof} />
        </Suspense>
      )}
    </div>
  );
}

/** Who one is; pressed, it opens a menu. */
function Account() {
  const words = useWords("shell");
  const { name } = useMe();
  const [isWanted, want] = useState(false);
  const button = (
    <Button kind="plain" aria-label={words("account", { name })} aria-haspopup="menu" onPress={() => want(true)}>
      {name} <span aria-hidden="true">▾</span>
    </Button>
  );
  return isWanted ? (
    <Suspense fallback={button}>
      <AccountMenu />
    </Suspense>
  ) : (
    button
  );
}

function Places({ isOpen }: { isOpen: boolean }) {
  const words = useWords("shell");
  const me = useMe();
  const seen = places.filter(({ needs }) => !needs.length || needs.some((one) => me.permissions.includes(one)));
  return (
    <nav id="places" className={isOpen ? "places open" : "places"} aria-label={words("navigation")}>
      <Link to="/" className="brand" activeOptions={{ exact: true }}>
        Daybook
      </Link>
      <div className="places-list">
        <Link to="/" className="place" activeOptions={{ exact: true }}>
          {words("start")}
        </Link>
        {GROUPS.map((group) => {
          const entries = seen.filter((place) => place.group === group);
          if (!entries.length) return null;
          return (
            <div key={group}>
              <h2>{words(`groups.${group}`)}</h2>
              <ul>
                {entries.map(({ to, name }) => (
                  <li key={to}>
                    <Link to={to} className="place">
                      {words(`places.${name}`)}
                    </Link>
                  </li>
                ))}
              </ul>
            </div>
          );
        })}
      </div>
      <Account />
    </nav>
  );
}

/** Says so while questions go unanswered, and asks on. */
function Offline() {
  const words = useWords("shared");
  const cache = useQueryClient().getQueryCache();
  const router = useRouter();
  useIsFetching();
  const isAway = useSyncExternalStore(
    (changed) => cache.subscribe(changed),
    () => cache.getAll().some(({ state }) => isPassing(state.fetchFailureReason) && state.fetchStatus === "fetching"),
  );
  const wasAway = useRef(false);
  useEffect(() => {
    if (wasAway.current && !isAway) void router.invalidate();
    wasAway.current = isAway;
  }, [isAway, router]);
  return <div role="status">{isAway && <p className="notice wait">{words("offline")}</p>}</div>;
}
