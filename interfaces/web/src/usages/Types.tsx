/** What can be used, and what a unit of it emits now. */

import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { useMay } from "../shared/api/me";
import { Button } from "../shared/ui/Button";
import { Dialog } from "../shared/ui/Dialog";
import { TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { Page } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { say } from "../shared/ui/toasts";
import { Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { decimal } from "../shared/words/format";
import { FactorFields, factorOf } from "./FactorFields";
import { typesQuery, type UsageType } from "./queries";
import { unitText } from "./types";
import "./usages.css";

export function Types() {
  const words = useWords("usages");
  const go = useNavigate();
  const mayWrite = useMay("usage-types:write");
  const types = useQuery(typesQuery);
  const [isDefining, setDefining] = useState(false);
  const columns: Column<UsageType>[] = [
    {
      name: "name",
      label: words("typeName"),
      cell: (type) => (
        <Link to="/usage-types/$id" params={{ id: String(type.id) }}>
          {type.name}
        </Link>
      ),
    },
    { name: "unit", label: words("countedIn"), cell: (type) => unitText(type.unit) },
    { name: "factor", label: words("factorNow"), amount: true, cell: (type) => <FactorNow type={type} /> },
    {
      name: "factor_version",
      label: words("version"),
      amount: true,
      cell: (type) => type.factor_version ?? "–",
    },
    { name: "source", label: words("source"), cell: (type) => String(type.source ?? "–") },
    { name: "status", label: words("status"), cell: (type) => <TypeStatus type={type} /> },
  ];
  return (
    <Page
      title={words("types")}
      lead={words("typesLead")}
      actions={
        mayWrite && (
          <Button kind="main" onPress={() => setDefining(true)}>
            {words("define")}
          </Button>
        )
      }
    >
      <Shown query={types}>
        {({ data }) => (
          <Table
            label={words("types")}
            rows={data.data as UsageType[]}
            columns={columns}
            rowKey={(type) => String(type.id)}
            onOpen={(type) => void go({ to: "/usage-types/$id", params: { id: String(type.id) } })}
            short
          />
        )}
      </Shown>
      {isDefining && <Define onClose={() => setDefining(false)} />}
    </Page>
  );
}

function FactorNow({ type }: { type: UsageType }) {
  const words = useWords("usages");
  if (type.factor === null) return <span className="quiet">{words("noFactor")}</span>;
  return (
    <span className="number">
      {words("perUnit", {
        factor: decimal(type.factor),
        emissionsUnit: type.emissions_unit ?? "",
        unit: unitText(type.unit),
      })}
    </span>
  );
}

export function TypeStatus({ type }: { type: UsageType }) {
  const words = useWords("usages");
  return <Status mood={type.status === "active" ? "good" : "quiet"}>{words(type.status)}</Status>;
}

function Define({ onClose }: { onClose: () => void }) {
  const words = useWords("usages");
  const define = useCommand(
    (body: Schemas["NewUsageType"], header) => api.POST("/usage-types", { body, params: { header } }),
    {
      onDone: (_, { name }) => {
        say(words("defined", { name }));
        onClose();
      },
    },
  );
  return (
    <Dialog title={words("define")} open onClose={onClose}>
      <CommandForm
        command={define}
        action={words("define")}
        body={(form) => ({ name: entry(form, "name"), unit: entry(form, "unit"), factor: factorOf(form, "factor.") })}
      >
        <TextInput name="name" label={words("typeName")} isRequired autoFocus />
        <TextInput name="unit" label={words("countedIn")} hint={words("typeUnitHint")} isRequired />
        <FactorFields prefix="factor." />
      </CommandForm>
    </Dialog>
  );
}
