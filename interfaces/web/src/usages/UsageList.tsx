import { useRef, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Tooltip, TooltipTrigger } from "react-aria-components/Tooltip";
import type { Schemas } from "../shared/api/client";
import { useMe } from "../shared/api/me";
import { Pager } from "../shared/ui/Pager";
import { Empty } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Moment } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { decimal, moment } from "../shared/words/format";
import { DeleteUsage } from "./DeleteUsage";
import { EditUsage } from "./EditUsage";
import type { Usage, UsageType } from "./queries";
import { unitText } from "./types";

type Props = {
  page: Schemas["UsagePage"];
  types: readonly UsageType[];
  /** What all of them emitted, on this page or on another. */
  total: string | undefined;
  sort: string;
};

export function UsageList({ page, types, total, sort }: Props) {
  const words = useWords("usages");
  const me = useMe();
  const list = useRef<HTMLDivElement>(null);
  const { query: address, change } = useView();
  const [editing, setEditing] = useState<Usage>();
  const [deleting, setDeleting] = useState<Usage>();
  const tell = useTelling();
  const rows = page.data as Usage[];
  const mayRecord = me.permissions.includes("usages:record");

  const columns: Column<Usage>[] = [
    { name: "usage_at", label: words("when"), sortable: true, cell: (row) => <Moment at={row.usage_at} /> },
    { name: "usage_type", label: words("type"), sortable: true, cell: (row) => row.usage_type },
    {
      name: "amount",
      label: words("amount"),
      amount: true,
      sortable: true,
      cell: (row) => (
        <span className="number nowrap">
          {decimal(row.amount)} <span className="quiet">{unitText(row.unit)}</span>
        </span>
      ),
    },
    {
      name: "emissions",
      label: words("emissions"),
      amount: true,
      sortable: true,
      cell: (row) => <Emissions usage={row} />,
    },
  ];
  if (mayRecord && rows.some((row) => row.user_uid === me.uid)) {
    columns.push({
      name: "actions",
      label: words("actions"),
      cell: (row) =>
        row.user_uid === me.uid && (
          <span className="row usage-actions">
            <button
              type="button"
              className="button plain small"
              aria-label={words("editOne", { usage: tell(row) })}
              onClick={() => setEditing(row)}
            >
              {words("edit")}
            </button>
            <button
              type="button"
              className="button plain small"
              aria-label={words("deleteOne", { usage: tell(row) })}
              onClick={() => setDeleting(row)}
            >
              {words("delete")}
            </button>
          </span>
        ),
    });
  }
  const isNarrowed = Object.keys(address).some((name) => name.startsWith("usage_"));
  return (
    <div ref={list} className="stack">
      {rows.length ? (
        <Table
          label={words("recordedUsages")}
          rows={rows}
          columns={columns}
          rowKey={(row) => String(row.id)}
          sort={sort}
          onSort={(next) => change({ sort: next })}
        />
      ) : (
        <Empty>{words(isNarrowed ? "noSuch" : mayRecord ? "none" : "noneSeen")}</Empty>
      )}
      <Pager
        label={words("recordedUsages")}
        page={page.page}
        beside={
          rows.length > 0 &&
          total !== undefined && (
            <span className="number">
              {words("inAll", {
                count: page.page.count ?? rows.length,
                emissions: `${decimal(total)} ${rows[0]?.emissions_unit}`,
              })}
            </span>
          )
        }
      />
      {editing && <EditUsage usage={editing} types={types} onClose={() => setEditing(undefined)} />}
      {deleting && (
        <DeleteUsage
          usage={deleting}
          name={tell(deleting)}
          onClose={() => setDeleting(undefined)}
          // The button that was pressed went with its row: reading goes on at the list.
          onDone={() => list.current?.querySelector<HTMLElement>(".table-frame")?.focus()}
        />
      )}
    </div>
  );
}

/** `12.5 kWh of electricity, 14 Mar 2026, 18:30`: how a usage is named where it is alone. */
function useTelling(): (usage: Usage) => string {
  const words = useWords("usages");
  return (usage) =>
    words("usage", {
      amount: `${decimal(usage.amount)} ${unitText(usage.unit)}`,
      type: usage.usage_type,
      when: moment(usage.usage_at),
    });
}

/** What it emitted; by which factor, on hover and on focus. */
function Emissions({ usage }: { usage: Usage }) {
  const words = useWords("usages");
  return (
    <TooltipTrigger delay={150} closeDelay={50}>
      <AriaButton className="told number nowrap">
        {decimal(usage.emissions)} <span className="quiet">{usage.emissions_unit}</span>
      </AriaButton>
      <Tooltip className="tooltip" offset={4}>
        {words("factorTold", {
          version: usage.factor_version,
          factor: decimal(usage.factor),
          emissionsUnit: usage.emissions_unit,
          unit: unitText(usage.normalised_unit),
        })}
      </Tooltip>
    </TooltipTrigger>
  );
}
