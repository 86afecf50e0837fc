/** To the other pages of a list, all of them by its address. */

import { Link } from "@tanstack/react-router";
import { type ReactNode, useRef } from "react";
import type { Query } from "../address";
import { useView } from "../view";
import { useWords } from "../words";
import { Button } from "./Button";
import "./table.css";

type Page = { next: string | null; prev: string | null };

/** To the pages before and behind this one; `label` says of what, and `beside` what else is told of all of them. */
export function Pager({ label, page, beside }: { label: string; page: Page; beside?: ReactNode }) {
  const words = useWords("shared");
  const { change } = useView();
  const pager = useRef<HTMLElement>(null);
  if (!page.next && !page.prev && !beside) return null;
  function turn(cursor: string | null): void {
    change({ cursor: cursor ?? undefined });
    pager.current?.parentElement?.querySelector(".table-frame")?.scrollTo({ top: 0 });
  }
  return (
    <nav ref={pager} className="pager" aria-label={label}>
      <div className="row">{beside}</div>
      {(page.prev || page.next) && (
        <div className="row">
          <Button isDisabled={!page.prev} onPress={() => turn(page.prev)}>
            {words("previous")}
          </Button>
          <Button isDisabled={!page.next} onPress={() => turn(page.next)}>
            {words("next")}
          </Button>
        </div>
      )}
    </nav>
  );
}

type OlderProps = { label: string; search: Query; member: string; oldest: number | undefined };

/** To what came before the oldest that is shown, by a member of the query such as `position[lt]`, and to the newest. */
export function Older({ label, search, member, oldest }: OlderProps) {
  const words = useWords("shared");
  const { [member]: before, ...rest } = search;
  return (
    <nav className="pager" aria-label={label}>
      {before ? (
        <Link to="." search={rest as never}>
          {words("newest")}
        </Link>
      ) : (
        <span />
      )}
      {oldest !== undefined && (
        <Link to="." search={{ ...rest, [member]: String(oldest) } as never} className="button">
          {words("older")}
        </Link>
      )}
    </nav>
  );
}
