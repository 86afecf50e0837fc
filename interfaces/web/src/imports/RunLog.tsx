import { useQuery } from "@tanstack/react-query";
import { Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { useWords } from "../shared/words";
import { clock, exactly } from "../shared/words/format";
import { type Import, logQuery } from "./queries";

type Line = { at: string; step: string | null; level: string; message: string };

/** What a run has to say, line by line. */
export function RunLog({ run }: { run: Import }) {
  const words = useWords("imports");
  const log = useQuery(logQuery(run.uid, run.status));
  return (
    <Section title={words("log")}>
      <Shown query={log}>
        {({ data }) => (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
          <pre className="log" tabIndex={0}>
            {(data.data as unknown as Line[]).map(({ at, step, level, message }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have an order and no other name
              <span key={place} title={exactly(at)}>
                {`${clock(Date.parse(at))} ${level === "info" ? "" : `${level.toUpperCase()} `}${step ? `[${step}] ` : ""}${message}\n`}
              </span>
            ))}
          </pre>
        )}
      </Shown>
    </Section>
  );
}
