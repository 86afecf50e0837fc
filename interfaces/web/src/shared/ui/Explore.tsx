import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Query } from "../address";

type Props = { collection: string; query?: Query; button?: boolean; children: ReactNode };

/** Leads to the explorer, with a collection as it is asked for there. */
export function Explore({ collection, query = {}, button = false, children }: Props) {
  const to: string = `/explore/${collection}`;
  return (
    <Link to={to} search={query as never} className={button ? "button" : undefined}>
      {children}
    </Link>
  );
}
