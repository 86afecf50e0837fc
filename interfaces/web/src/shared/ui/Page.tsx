import { type ReactNode, useEffect } from "react";
import { useWords } from "../words";
import { moment } from "../words/format";

type Props = { title: string; lead?: ReactNode; asOf?: string | undefined; actions?: ReactNode; children: ReactNode };

/** A screen: its title, what it shows as of when, what can be done, and the rest below. */
export function Page({ title, lead, asOf, actions, children }: Props) {
  const words = useWords("shared");
  useEffect(() => {
    document.title = `${title} · Daybook`;
  }, [title]);
  return (
    <div className="stack page">
      <header className="row spread">
        <div>
          <h1>{title}</h1>
          {lead && <p className="quiet">{lead}</p>}
          {asOf && <p className="quiet small">{words("asOf", { moment: moment(asOf) })}</p>}
        </div>
        {actions && <div className="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen under a heading of its own. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className="stack" aria-label={title}>
      <div className="row spread">
        <h2>{title}</h2>
        {actions && <div className="row">{actions}</div>}
      </div>
      {children}
    </section>
  );
}
