import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Dialog, Question } from "../shared/ui/Dialog";
import { Choice } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { say } from "../shared/ui/toasts";
import { Moment, Status } from "../shared/ui/values";
import { Who } from "../shared/ui/Who";
import { useWords } from "../shared/words";
import { IssuedKey } from "./IssuedKey";
import { type Key, keysQuery, type Machine } from "./queries";

const DAYS = ["30", "90", "180", "366"];
const USUAL_DAYS = "90";
const DAY_MS = 86_400_000;
const MOODS = { good: "good", expired: "wait", revoked: "quiet" } as const;

/** The keys of a machine: what they begin with, and how a new one is had. */
export function Keys({ machine }: { machine: Machine }) {
  const words = useWords("identity");
  const keys = useQuery(keysQuery(machine.uid));
  const isActive = machine.status === "active";
  const columns = useColumns(machine, isActive);
  return (
    <Section title={words("keys")} actions={isActive && <Issue machine={machine} />}>
      <Shown query={keys}>
        {({ data }) =>
          data.data.length ? (
            <Table label={words("keys")} rows={data.data} columns={columns} rowKey={({ uid }) => uid} short />
          ) : (
            <Empty>{words("noKeys")}</Empty>
          )
        }
      </Shown>
    </Section>
  );
}

function useColumns(machine: Machine, isActive: boolean): Column<Key>[] {
  const words = useWords("identity");
  return [
    { name: "prefix", label: words("begins"), cell: ({ prefix }) => <code>{prefix}…</code> },
    {
      name: "status",
      label: words("status"),
      cell: ({ status }) => {
        const known = status as keyof typeof MOODS;
        return <Status mood={MOODS[known] ?? "quiet"}>{known in MOODS ? words(`keyStatus.${known}`) : status}</Status>;
      },
    },
    { name: "issued_at", label: words("issued"), cell: ({ issued_at }) => <Moment at={issued_at} /> },
    { name: "issued_by", label: words("issuedBy"), cell: ({ issued_by }) => <Who actor={issued_by} /> },
    { name: "expires_at", label: words("expires"), cell: ({ expires_at }) => <Moment at={expires_at} /> },
    {
      name: "used_at",
      label: words("used"),
      cell: ({ used_at }) => (used_at ? <Moment at={used_at} relative /> : words("neverUsed")),
    },
    {
      name: "revoke",
      label: words("actions"),
      cell: (key) => (isActive && key.status === "good" ? <Revoke machine={machine} of={key} /> : null),
    },
  ];
}

/** Issues a key, and shows it on the one occasion that there is. */
function Issue({ machine }: { machine: Machine }) {
  const words = useWords("identity");
  const shared = useWords("shared");
  const [isOpen, setOpen] = useState(false);
  const issue = useCommand(({ days }: { days: string }) =>
    api.POST("/service-accounts/{account_id}/keys", {
      body: { expires_at: new Date(Date.now() + Number(days) * DAY_MS - 60_000).toISOString() },
      params: { path: { account_id: machine.uid } },
    }),
  );
  const key = issue.data?.data;

  function close(): void {
    setOpen(false);
    issue.reset(); // nothing here remembers the key
  }

  return (
    <>
      <Button kind="main" onPress={() => setOpen(true)}>
        {words("issue")}
      </Button>
      <Dialog title={words("issueTitle", { name: machine.name })} open={isOpen} onClose={close}>
        {key ? (
          <IssuedKey issued={key} onDone={close} />
        ) : (
          <CommandForm
            command={issue}
            action={words("issueDo")}
            body={(form) => ({ days: entry(form, "days") })}
            beside={<Button onPress={close}>{shared("cancel")}</Button>}
          >
            <Choice
              name="days"
              label={words("goodFor")}
              defaultValue={USUAL_DAYS}
              options={DAYS.map((days) => ({ value: days, label: words("days", { days: Number(days) }) }))}
            />
          </CommandForm>
        )}
      </Dialog>
    </>
  );
}

function Revoke({ machine, of: key }: { machine: Machine; of: Key }) {
  const words = useWords("identity");
  const [isOpen, setOpen] = useState(false);
  const revoke = useCommand(
    (_: { uid: string }) =>
      api.POST("/service-accounts/{account_id}/keys/{key_id}/revoke", {
        params: { path: { account_id: machine.uid, key_id: key.uid } },
      }),
    {
      onDone: () => {
        setOpen(false);
        say(words("keyRevoked", { prefix: key.prefix }));
      },
    },
  );
  return (
    <>
      <Button small kind="harm" aria-label={words("revokeKey", { prefix: key.prefix })} onPress={() => setOpen(true)}>
        {words("revoke")}
      </Button>
      <Question
        title={words("revokeTitle", { prefix: key.prefix, name: machine.name })}
        open={isOpen}
        onClose={() => setOpen(false)}
        kind="harm"
        action={words("revoke")}
        onAction={() => revoke.mutate({ uid: key.uid })}
        pending={revoke.isPending}
        error={revoke.error}
      >
        <p>{words("revokeWhat")}</p>
      </Question>
    </>
  );
}
