import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { api } from "../../shared/api/client";
import { useCommand } from "../../shared/api/commands";
import { newPasskey } from "../../shared/api/passkeys";
import { Button } from "../../shared/ui/Button";
import { Question } from "../../shared/ui/Dialog";
import { TextInput } from "../../shared/ui/Fields";
import { CommandForm, entry } from "../../shared/ui/Form";
import { Section } from "../../shared/ui/Page";
import { Shown } from "../../shared/ui/States";
import { type Column, Table } from "../../shared/ui/Table";
import { say } from "../../shared/ui/toasts";
import { Moment } from "../../shared/ui/values";
import { useWords } from "../../shared/words";
import { Refusal } from "../Refusal";
import { type Passkey, passkeysQuery } from "./queries";

/** One's passkeys: added, under a name of one's own, and removed. */
export function Passkeys() {
  const words = useWords("shell.passkeys");
  const query = useQuery(passkeysQuery);
  const [leaving, setLeaving] = useState<Passkey>();
  const columns: Column<Passkey>[] = [
    { name: "name", label: words("called"), cell: ({ name }) => name },
    { name: "since", label: words("since"), cell: (one) => <Moment at={one.added_at} /> },
    {
      name: "used",
      label: words("used"),
      cell: (one) =>
        one.used_at ? <Moment at={one.used_at} relative /> : <span className="quiet">{words("never")}</span>,
    },
    {
      name: "remove",
      label: words("one"),
      cell: (one) => (
        <Button small kind="harm" aria-label={words("removeOne", { name: one.name })} onPress={() => setLeaving(one)}>
          {words("remove")}
        </Button>
      ),
    },
  ];
  return (
    <Section title={words("title")}>
      <p className="quiet">{words("lead")}</p>
      <Shown query={query}>
        {({ data: { data } }) =>
          data.length ? (
            <Table
              label={words("list")}
              rows={data}
              columns={columns}
              rowKey={(one) => one.uid}
              rowName={(one) => one.name}
              short
            />
          ) : (
            <p>{words("none")}</p>
          )
        }
      </Shown>
      <NewOne />
      {leaving && <Removal passkey={leaving} onClose={() => setLeaving(undefined)} />}
    </Section>
  );
}

function NewOne() {
  const words = useWords("shell.passkeys");
  const form = useRef<HTMLDivElement>(null);
  const add = useCommand(
    async ({ name }: { name: string }) => {
      const asked = await api.POST("/auth/passkeys/new");
      if (!asked.response.ok) return { error: asked.error, response: asked.response };
      return api.POST("/auth/passkeys", { body: { name, passkey: await newPasskey(asked.data) } });
    },
    {
      onDone: (_, { name }) => {
        say(words("added", { name }));
        form.current?.querySelector("form")?.reset();
      },
    },
  );
  return (
    <div ref={form} className="narrow">
      <CommandForm
        command={add}
        body={(entered) => ({ name: entry(entered, "name") })}
        action={words("add")}
        kind=""
        told={(error) => <Refusal error={error} />}
      >
        <TextInput name="name" label={words("name")} maxLength={60} autoComplete="off" isRequired />
      </CommandForm>
    </div>
  );
}

function Removal({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const words = useWords("shell.passkeys");
  const { uid, name } = passkey;
  const remove = useCommand(
    (_: undefined) => api.POST("/auth/passkeys/{passkey_id}/remove", { params: { path: { passkey_id: uid } } }),
    {
      onDone: () => {
        say(words("removed", { name }));
        onClose();
      },
    },
  );
  return (
    <Question
      title={words("removeTitle", { name })}
      action={words("remove")}
      kind="harm"
      open
      onClose={onClose}
      onAction={() => remove.mutate(undefined)}
      pending={remove.isPending}
      error={remove.error}
    >
      <p>{words("removeWhat")}</p>
    </Question>
  );
}
