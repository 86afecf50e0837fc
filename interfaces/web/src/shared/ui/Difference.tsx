/** What is now, beside what would be: a table with a line for each thing, that which changes stressed. */

import type { ReactNode } from "react";
import { useWords } from "../words";
import "./difference.css";

/** Its name, what it is now (nothing where it is new or not known), what it would be. */
export type Line = [name: string, now: ReactNode, after: ReactNode];

/** `heads` says of what has been already that it was before. */
export function Difference({ lines, heads = "now" }: { lines: Line[]; heads?: "now" | "before" }) {
  const words = useWords("shared");
  const hasBefore = lines.some(([, now]) => now);
  return (
    <table className="changes">
      <thead className={hasBefore ? undefined : "heard"}>
        <tr>
          <td />
          {hasBefore && <th scope="col">{words(heads)}</th>}
          <th scope="col">{words(heads === "now" ? "after" : "since")}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map(([name, now, after]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {hasBefore && <td>{now}</td>}
            <td className={hasBefore && now !== after ? "changed" : undefined}>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
