import { useQuery } from "@tanstack/react-query";
import { api } from "../../shared/api/client";
import { useCommand } from "../../shared/api/commands";
import { Button } from "../../shared/ui/Button";
import { Section } from "../../shared/ui/Page";
import { Shown, Trouble } from "../../shared/ui/States";
import { type Column, Table } from "../../shared/ui/Table";
import { say } from "../../shared/ui/toasts";
import { Moment, Status } from "../../shared/ui/values";
import { useWords } from "../../shared/words";
import { clientName } from "./clientName";
import { type OpenSession, sessionsQuery } from "./queries";

/** Where one is signed in; each session can be ended from here. */
export function Sessions() {
  const words = useWords("shell");
  const query = useQuery(sessionsQuery);
  const end = useCommand(
    ({ uid }: OpenSession) => api.POST("/auth/sessions/{session_id}/end", { params: { path: { session_id: uid } } }),
    { onDone: (_, one) => say(words("sessions.ended", { client: named(one) })) },
  );
  const named = (one: OpenSession): string => clientName(one.client) || words("sessions.unknown");

  function columns(current: string | null): Column<OpenSession>[] {
    return [
      { name: "client", label: words("sessions.client"), cell: (one) => <span title={one.client}>{named(one)}</span> },
      { name: "way", label: words("sessions.way"), cell: (one) => words(`ways.${one.way}`) },
      { name: "started", label: words("sessions.started"), cell: (one) => <Moment at={one.started_at} /> },
      { name: "used", label: words("sessions.used"), cell: (one) => <Moment at={one.used_at} relative /> },
      {
        name: "end",
        label: words("sessions.one"),
        cell: (one) =>
          one.uid === current ? (
            <Status mood="good">{words("sessions.current")}</Status>
          ) : (
            <Button
              small
              kind="harm"
              aria-label={words("sessions.endOne", { client: named(one) })}
              isDisabled={end.isPending}
              onPress={() => end.mutate(one)}
            >
              {words("sessions.end")}
            </Button>
          ),
      },
    ];
  }
  return (
    <Section title={words("sessions.title")}>
      {end.error && <Trouble error={end.error} />}
      <Shown query={query}>
        {({ data: { data, current } }) => (
          <Table
            label={words("sessions.list")}
            rows={data}
            columns={columns(current)}
            rowKey={(one) => one.uid}
            rowName={named}
            short
          />
        )}
      </Shown>
    </Section>
  );
}
