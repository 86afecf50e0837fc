import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useMay } from "../shared/api/me";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { choice, label } from "../shared/words/names";
import "./operations.css";
import { type Projection, type Replay, readyQuery, replaysQuery } from "./queries";
import { AskForReplay, LastReplay } from "./Replays";
import { isAlive, isAway, moodOf } from "./standing";

/** Where each read model stands; asked again every few seconds. */
export function Projections() {
  const words = useWords("operations");
  const ready = useQuery(readyQuery);
  const replays = useQuery(replaysQuery);
  const columns = useColumns(replays.data?.data.data);
  return (
    <Page title={words("projections")} lead={words("projectionsLead")}>
      <Shown query={ready}>
        {(data) => {
          const all = data.projections as Projection[];
          const head = Math.max(0, ...all.map(({ position, lag }) => position + lag));
          return (
            <>
              <p>{words("logEnds", { head: count(head) })}</p>
              <Table label={words("projections")} rows={all} columns={columns} rowKey={({ name }) => name} />
            </>
          );
        }}
      </Shown>
      <Section title={words("rebuilding")}>
        <p>{words("rebuildWhat")}</p>
        <p>{words("rebuildHow")}</p>
        <pre>
          <code>{"daybook projections verify NAME\ndaybook projections rebuild NAME"}</code>
        </pre>
      </Section>
    </Page>
  );
}

function useColumns(replays: Replay[] = []): Column<Projection>[] {
  const words = useWords("operations");
  const mayAsk = useMay("projections:replay");
  return useMemo(
    () => [
      { name: "name", label: words("projection"), cell: ({ name }) => label(name) },
      {
        name: "state",
        label: words("state"),
        cell: (it) => (
          <Status mood={moodOf(it)}>
            {isAlive(it.silent_s) || isAway(it) ? choice(it.state) : words("notFollowed")}
          </Status>
        ),
      },
      {
        name: "replay",
        label: words("lastReplay"),
        cell: ({ name }) => <LastReplay replays={replays.filter(({ projection }) => projection === name)} />,
      },
      ...(mayAsk ? [askingColumn(words("ask"), replays)] : []),
      { name: "version", label: words("version"), amount: true, cell: ({ version }) => count(version) },
      { name: "position", label: words("readTo"), amount: true, cell: ({ position }) => count(position) },
      { name: "lag", label: words("unread"), amount: true, cell: ({ lag }) => count(lag) },
      {
        name: "lag_s",
        label: words("oldest"),
        amount: true,
        cell: ({ lag_s }) => words("secondsShort", { seconds: lag_s }),
      },
      {
        name: "silent_s",
        label: words("sign"),
        amount: true,
        cell: ({ silent_s }) => (silent_s === null ? words("never") : words("secondsAgo", { seconds: silent_s })),
      },
      {
        name: "others",
        label: words("others"),
        cell: ({ others }) => others.map(({ version, state }) => `${version} (${choice(state)})`).join(", ") || "–",
      },
      { name: "error", label: words("error"), cell: ({ error }) => <span className="wraps">{error ?? "–"}</span> },
    ],
    [words, mayAsk, replays],
  );
}

const askingColumn = (label: string, replays: Replay[]): Column<Projection> => ({
  name: "ask",
  label,
  cell: ({ name }) => (
    <AskForReplay projection={name} replays={replays.filter(({ projection }) => projection === name)} />
  ),
});
