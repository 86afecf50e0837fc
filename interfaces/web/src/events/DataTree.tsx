import { Link } from "@tanstack/react-router";
import { useWords } from "../shared/words";
import { label, valueText } from "../shared/words/names";

/** What an event says, as names and values; what is within one stands below it. */
export function DataTree({ data }: { data: unknown }) {
  const words = useWords("events");
  const members = Object.entries((data ?? {}) as Record<string, unknown>);
  if (!members.length) return <p className="quiet">{words("nothingSaid")}</p>;
  return (
    <>
      <Members members={members} outer />
      <details>
        <summary>{words("json")}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
        <pre tabIndex={0}>{JSON.stringify(data, null, 2)}</pre>
      </details>
    </>
  );
}

function Members({ members, outer = false }: { members: [string, unknown][]; outer?: boolean }) {
  return (
    <ul className={outer ? "tree outer" : "tree"}>
      {members.map(([name, value]) => (
        <li key={name}>
          <span className="quiet" title={name}>
            {/^\d+$/.test(name) ? `${Number(name) + 1}.` : label(name)}
          </span>{" "}
          <Value value={value} />
        </li>
      ))}
    </ul>
  );
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

function Value({ value }: { value: unknown }) {
  const words = useWords("shared");
  if (value === null || value === "") return <span className="quiet">{words("none")}</span>;
  if (typeof value === "object") {
    const members = Object.entries(value);
    return members.length ? <Members members={members} /> : <span className="quiet">{words("none")}</span>;
  }
  if (typeof value === "string" && UUID.test(value)) {
    return (
      <Link to="/history" search={{ thing: value } as never}>
        <code>{value}</code>
      </Link>
    );
  }
  // What is counted has its separators; what only numbers a thing has none.
  return <span className="number">{typeof value === "number" ? String(value) : valueText(value)}</span>;
}
