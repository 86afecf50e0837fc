import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { answered, api, type Schemas } from "../shared/api/client";
import { type Keyed, useCommand } from "../shared/api/commands";
import { useMe } from "../shared/api/me";
import { upload } from "../shared/api/upload";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Trouble } from "../shared/ui/States";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import { type Draft, formOf, headerTrouble, type Options, preview, proposed, traits } from "./drafts";
import { HeaderMapping } from "./HeaderMapping";
import "./imports.css";
import { Confirm, type Confirmed } from "./Confirm";
import { KINDS } from "./kinds";
import { Proposal } from "./Proposal";
import { ReadAs } from "./ReadAs";
import { type Told, WhatItIs } from "./WhatItIs";

/** A file on its way in: what it is, how it would be read, and only then the import. */
export function NewImport() {
  const words = useWords("imports");
  const go = useNavigate();
  const me = useMe();
  const kinds = KINDS.filter(({ needs }) => me.permissions.includes(needs));
  const { kind: asked } = useSearch({ strict: false }) as { kind?: string };
  const first = kinds.find(({ name }) => name === asked) ?? kinds[0];
  const [draft, setDraft] = useState<Draft>();
  const [sent, setSent] = useState(0);
  const looking = useMutation({
    mutationFn: preview,
    onSuccess: (found, looked) => setDraft({ ...looked, options: found.profile.options as Options }),
  });
  const importing = useCommand((body: { draft: Draft; traits: unknown } & Confirmed, header: Keyed) =>
    carriedOut(body.draft, body.isKept, header, setSent),
  );

  function look(next: Draft): void {
    setDraft(next);
    importing.reset();
    looking.mutate(next);
  }

  if (!first) return <Page title={words("new")}>{<Empty>{words("mayNot")}</Empty>}</Page>;
  const header = headerTrouble(looking.error);
  const proposal = proposed(looking.error);
  return (
    <Page title={words("new")} lead={words("newLead")}>
      <Section title={words("stepFile")}>
        <WhatItIs
          kinds={kinds}
          first={first}
          isPending={looking.isPending}
          onTold={(told: Told) => look({ ...told, options: {} })}
        />
      </Section>
      {looking.error && draft && (
        <Section title={words("stepReading")}>
          {header ? (
            <HeaderMapping
              {...header}
              onMapped={(columns) => look({ ...draft, options: { ...draft.options, columns } })}
              isPending={looking.isPending}
            />
          ) : (
            <Trouble error={looking.error} />
          )}
          {proposal && (
            <Proposal
              proposal={proposal}
              onTake={() => look({ ...draft, options: { ...draft.options, ...proposal } })}
            />
          )}
        </Section>
      )}
      {looking.data && draft && (
        <>
          <Section title={words("stepReading")}>
            <ReadAs
              key={JSON.stringify(looking.data)}
              preview={looking.data}
              kind={draft.kind}
              isPending={looking.isPending}
              onChange={(options) => look({ ...draft, options })}
            />
          </Section>
          <Section title={words("stepImport", { kind: label(draft.kind.name) })}>
            <Confirm
              preview={looking.data}
              mayKeep={me.permissions.includes("imports:profile")}
              modes={draft.kind.modes}
              sent={importing.isPending ? sent : undefined}
              error={importing.error}
              onConfirm={({ mode, isKept }) => {
                const ready = { ...draft, mode };
                setSent(0);
                importing.mutate(
                  { draft: ready, isKept, mode, traits: traits(ready) },
                  { onSuccess: ({ data }) => void go({ to: "/imports/$id", params: { id: data.import_id } }) },
                );
              }}
            />
          </Section>
        </>
      )}
    </Page>
  );
}

/** Keeps how the file is read, if that was asked for, and hands it in; the run goes on by itself. */
async function carriedOut(draft: Draft, isKept: boolean, header: Keyed, onSent: (part: number) => void) {
  const { file: _, kind, source, options } = draft;
  if (isKept) {
    const body = { kind: kind.name, source, options: options as Record<string, string> };
    const kept = { "Idempotency-Key": `${header["Idempotency-Key"]}-profile` };
    await answered(api.POST("/imports/profiles", { body, params: { header: kept } }));
  }
  const headers = { ...header, Prefer: "respond-async" };
  return upload<Schemas["ImportAccepted"]>(`/imports/${kind.name}`, formOf(draft, false), headers, onSent);
}
