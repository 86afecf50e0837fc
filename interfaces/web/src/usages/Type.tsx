/** One usage type: its factors since ever, what they may be changed by, and what happened to it. */

import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { useBasis, useCommand } from "../shared/api/commands";
import { useMay } from "../shared/api/me";
import { Button } from "../shared/ui/Button";
import { Dialog, Question } from "../shared/ui/Dialog";
import { TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Timeline } from "../shared/ui/Timeline";
import { say } from "../shared/ui/toasts";
import { Moment } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { decimal } from "../shared/words/format";
import { FactorFields, factorOf } from "./FactorFields";
import { type Factor, factorsQuery, typeQuery, type UsageType } from "./queries";
import { Restate } from "./Restate";
import { TypeStatus } from "./Types";
import { unitText } from "./types";
import "./usages.css";

type Doing = "append" | "rename" | "retire" | undefined;
type OfType = { type: UsageType; etag: string; onClose: () => void };

export function OneType() {
  const { id } = useParams({ from: "/signed-in/usage-types/$id" });
  const type = useQuery(typeQuery(id));
  return <Shown query={type}>{({ data, etag }) => <Known type={data as UsageType} etag={etag} />}</Shown>;
}

function Known({ type, etag }: { type: UsageType; etag: string }) {
  const words = useWords("usages");
  const mayWrite = useMay("usage-types:write") && type.status === "active";
  const mayRestate = useMay("usages:restate");
  const factors = useQuery(factorsQuery(String(type.id)));
  const [doing, setDoing] = useState<Doing>();
  const of = { type, etag, onClose: () => setDoing(undefined) };
  return (
    <Page
      title={`${type.name} (${unitText(type.unit)})`}
      lead={<TypeStatus type={type} />}
      actions={
        mayWrite && (
          <>
            <Button onPress={() => setDoing("rename")}>{words("rename")}</Button>
            <Button kind="harm" onPress={() => setDoing("retire")}>
              {words("retire")}
            </Button>
          </>
        )
      }
    >
      <Section
        title={words("factors")}
        actions={mayWrite && <Button onPress={() => setDoing("append")}>{words("append")}</Button>}
      >
        <p className="quiet">{words("factorsLead")}</p>
        <Shown query={factors}>{({ data }) => <Factors type={type} factors={data.data as Factor[]} />}</Shown>
      </Section>
      {mayRestate && factors.data && <Restate type={type} factors={factors.data.data.data as Factor[]} />}
      <Timeline path={`/usage-types/${type.id}`} />
      {doing === "append" && <Append {...of} />}
      {doing === "rename" && <Rename {...of} />}
      {doing === "retire" && <Retire {...of} />}
    </Page>
  );
}

function Factors({ type, factors }: { type: UsageType; factors: Factor[] }) {
  const words = useWords("usages");
  const columns: Column<Factor>[] = [
    { name: "factor_version", label: words("version"), cell: (one) => one.factor_version },
    {
      name: "factor",
      label: words("factor"),
      amount: true,
      cell: (one) =>
        words("perUnit", {
          factor: decimal(one.factor),
          emissionsUnit: one.emissions_unit,
          unit: unitText(type.unit),
        }),
    },
    { name: "valid_from", label: words("validFrom"), cell: (one) => <Moment at={one.valid_from} /> },
    { name: "source", label: words("source"), cell: (one) => one.source },
    { name: "scope", label: words("scope"), cell: (one) => one.scope ?? "–" },
    { name: "region", label: words("region"), cell: (one) => one.region ?? "–" },
    { name: "year", label: words("year"), cell: (one) => one.year ?? "–" },
  ];
  if (!factors.length) return <Empty>{words("noFactor")}</Empty>;
  return (
    <Table
      label={`${words("factors")}: ${type.name}`}
      rows={factors}
      columns={columns}
      rowKey={(one) => String(one.id)}
      short
    />
  );
}

function Append({ type, onClose }: OfType) {
  const words = useWords("usages");
  const append = useCommand(
    (body: Schemas["NewFactor"], header) =>
      api.POST("/usage-types/{type_id}/factors", {
        body,
        params: { path: { type_id: String(type.id) }, header },
      }),
    {
      onDone: () => {
        say(words("appended"));
        onClose();
      },
    },
  );
  return (
    <Dialog title={words("append")} open onClose={onClose}>
      <p className="quiet">{words("appendWhy")}</p>
      <CommandForm command={append} action={words("append")} body={(form) => factorOf(form)}>
        <FactorFields />
      </CommandForm>
    </Dialog>
  );
}

function Rename({ type, etag, onClose }: OfType) {
  const words = useWords("usages");
  const [basis, onRefused] = useBasis({ name: type.name, etag });
  const rename = useCommand(
    (body: Schemas["UsageTypeName"], header) =>
      api.PATCH("/usage-types/{record_id}", {
        body,
        params: { path: { record_id: String(type.id) }, header: { ...header, "If-Match": basis.etag } },
      }),
    {
      onRefused,
      onDone: () => {
        say(words("renamed"));
        onClose();
      },
    },
  );
  return (
    <Dialog title={words("rename")} open onClose={onClose}>
      <p className="quiet">{words("renameWhy")}</p>
      <CommandForm
        key={basis.etag}
        command={rename}
        action={words("rename")}
        body={(form) => ({ name: entry(form, "name") })}
      >
        <TextInput name="name" label={words("typeName")} defaultValue={basis.name} isRequired autoFocus />
      </CommandForm>
    </Dialog>
  );
}

function Retire({ type, etag, onClose }: OfType) {
  const words = useWords("usages");
  const name = `${type.name} (${unitText(type.unit)})`;
  const retire = useCommand(
    (id: number, header) =>
      api.DELETE("/usage-types/{record_id}", {
        params: { path: { record_id: String(id) }, header: { ...header, "If-Match": etag } },
      }),
    {
      onDone: () => {
        say(words("retiredNow", { name }));
        onClose();
      },
    },
  );
  return (
    <Question
      title={words("retireTitle", { name })}
      open
      onClose={onClose}
      action={words("retire")}
      kind="harm"
      onAction={() => retire.mutate(type.id)}
      pending={retire.isPending}
      error={retire.error}
    >
      <p>{words("retireWhy")}</p>
    </Question>
  );
}
