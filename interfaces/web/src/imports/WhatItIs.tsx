import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components/Form";
import type { Answered } from "../shared/api/client";
import { Button } from "../shared/ui/Button";
import { Choice, type Option, TextInput } from "../shared/ui/Fields";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import type { Draft } from "./drafts";
import { FileDrop } from "./FileDrop";
import type { Kind } from "./kinds";
import { banksQuery, customersQuery, peopleQuery } from "./queries";

export type Told = Omit<Draft, "options">;
type Props = { kinds: Kind[]; first: Kind; isPending: boolean; onTold: (told: Told) => void };

/** The file, of what it is, and where it comes from. */
export function WhatItIs({ kinds, first, isPending, onTold }: Props) {
  const words = useWords("imports");
  const [kind, setKind] = useState(first);
  const [file, setFile] = useState<File>();
  const [isAsked, setAsked] = useState(false);

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setAsked(true);
    if (!file) return;
    const told = (name: string) => String(form.get(name) ?? "").trim();
    onTold({ kind, file, source: told("source"), owner: told("owner"), mode: kind.modes[0] ?? "all_or_nothing" });
  }

  return (
    <Form className="card stack" onSubmit={onSubmit}>
      <FileDrop file={file} onFile={setFile} />
      {isAsked && !file && (
        <p className="status bad" role="alert">
          {words("fileNeeded")}
        </p>
      )}
      <div className="columns">
        <Choice
          name="kind"
          label={words("whatOf")}
          value={kind.name}
          options={kinds.map(({ name }) => ({ value: name, label: label(name) }))}
          onChange={(name) => setKind(kinds.find((one) => one.name === name) ?? kind)}
        />
        <TextInput name="source" label={words("source")} hint={words("sourceHint")} isRequired maxLength={200} />
        {kind.owner && <Owner key={kind.name} owner={kind.owner} />}
      </div>
      <div className="row">
        <Button type="submit" kind="main" isPending={isPending}>
          {words("look")}
        </Button>
        <span className="quiet small">{words("lookWhy")}</span>
      </div>
    </Form>
  );
}

const QUERIES = { bank: banksQuery, user: peopleQuery, customer: customersQuery };
type Named = { uid?: string; id: number; name?: string; email?: string };

/** Whose rows they are. */
function Owner({ owner }: { owner: NonNullable<Kind["owner"]> }) {
  const words = useWords("imports");
  // Three lists of things with a name and a uid; of no other member is anything known here.
  const choices = useQuery(QUERIES[owner.field] as typeof banksQuery) as UseQueryResult<Answered<{ data: Named[] }>>;
  const options: Option[] = (choices.data?.data.data ?? []).map(({ uid = "", id, name, email }) => ({
    value: uid,
    label: name ? (email ? `${name} (${email})` : name) : String(id),
  }));
  return (
    <Choice
      name="owner"
      label={words(`owners.${owner.field}`)}
      options={options}
      isRequired={owner.isRequired}
      empty={owner.isRequired ? words("pleaseChoose") : words("ofNoBank")}
    />
  );
}
