import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { fieldErrors, useCommand } from "../shared/api/commands";
import { useMe } from "../shared/api/me";
import { Button } from "../shared/ui/Button";
import { Question } from "../shared/ui/Dialog";
import { DateInput } from "../shared/ui/dates";
import { Choice } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { say } from "../shared/ui/toasts";
import { Day, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { administratorsQuery, type Delegation, delegationsQuery } from "./queries";
import { lendingDay } from "./today";
import type { Administrator } from "./weighing";
import "./reimbursements.css";

const nameOf = (one: Administrator | undefined) => (one ? `${one.first_name} ${one.last_name}` : "");

/** Limits that are lent: one's own to lend and to end, the others' to see. */
export function Delegations() {
  const words = useWords("reimbursements");
  const { uid } = useMe();
  const delegations = useQuery(delegationsQuery);
  const administrators = useQuery(administratorsQuery);
  const all = (administrators.data?.data.data ?? []) as Administrator[];
  const mine = all.filter((one) => one.user_uid === uid);
  const [ending, setEnding] = useState<Delegation>();
  const byUid = (of: string) => all.find((one) => one.uid === of);

  const columns: Column<Delegation>[] = [
    { name: "administrator_uid", label: words("lender"), cell: (one) => nameOf(byUid(one.administrator_uid)) },
    { name: "to", label: words("borrower"), cell: (one) => nameOf(byUid(one.to)) },
    { name: "starts_on", label: words("from"), cell: (one) => <Day on={one.starts_on} /> },
    { name: "ends_on", label: words("until"), cell: (one) => <Day on={one.ends_on} /> },
    { name: "status", label: words("state"), cell: (one) => <State of={one} /> },
    {
      name: "end",
      label: words("end"),
      cell: (one) =>
        one.status === "lent" &&
        mine.some((own) => own.uid === one.administrator_uid) && (
          <Button small onPress={() => setEnding(one)}>
            {words("end")}
          </Button>
        ),
    },
  ];
  return (
    <Page title={words("delegations")} lead={words("delegationsLead")}>
      {mine[0] && <Lend others={all.filter((one) => one.user_uid !== uid && one.bank_uid === mine[0]?.bank_uid)} />}
      <Shown query={delegations}>
        {({ data }) =>
          data.data.length ? (
            <Table
              label={words("delegations")}
              rows={data.data as Delegation[]}
              columns={columns}
              rowKey={(one) => String(one.id)}
              short
            />
          ) : (
            <Empty>{words("noDelegations")}</Empty>
          )
        }
      </Shown>
      {ending && <End delegation={ending} to={nameOf(byUid(ending.to))} onClose={() => setEnding(undefined)} />}
    </Page>
  );
}

function State({ of }: { of: Delegation }) {
  const words = useWords("reimbursements");
  const now = lendingDay();
  if (of.status === "ended") return <Status mood="quiet">{words("ended")}</Status>;
  if (of.ends_on < now) return <Status mood="quiet">{words("lentOver")}</Status>;
  return of.starts_on > now ? (
    <Status mood="wait">{words("lentLater")}</Status>
  ) : (
    <Status mood="good">{words("lent")}</Status>
  );
}

function Lend({ others }: { others: Administrator[] }) {
  const words = useWords("reimbursements");
  const lend = useCommand(
    (body: Schemas["NewDelegation"], header) => api.POST("/delegations", { body, params: { header } }),
    { onDone: () => say(words("lentSaid")) },
  );
  return (
    <Section title={words("lend")}>
      {others.length ? (
        <div className="claim-form">
          <CommandForm
            command={lend}
            action={words("lendDo")}
            body={(form) => ({
              to: Number(entry(form, "to")),
              starts_on: entry(form, "starts_on"),
              ends_on: entry(form, "ends_on"),
            })}
          >
            <Choice
              name="to"
              label={words("lendTo")}
              hint={words("lendReplaces")}
              errors={fieldErrors(lend.error).to}
              options={others.map((one) => ({ value: String(one.id), label: nameOf(one) }))}
            />
            <div className="amount-and-currency">
              <DateInput
                name="starts_on"
                label={words("startsOn")}
                defaultValue={lendingDay()}
                min={lendingDay()}
                isRequired
              />
              <DateInput
                name="ends_on"
                label={words("endsOn")}
                defaultValue={lendingDay(14)}
                min={lendingDay()}
                isRequired
              />
            </div>
          </CommandForm>
        </div>
      ) : (
        <p className="quiet">{words("nobodyElse")}</p>
      )}
    </Section>
  );
}

function End({ delegation, to, onClose }: { delegation: Delegation; to: string; onClose: () => void }) {
  const words = useWords("reimbursements");
  const end = useCommand(
    (id: number, header) =>
      api.DELETE("/delegations/{record_id}", { params: { path: { record_id: String(id) }, header } }),
    {
      onDone: () => {
        say(words("endedSaid"));
        onClose();
      },
    },
  );
  return (
    <Question
      title={words("endTitle", { name: to })}
      open
      onClose={onClose}
      action={words("end")}
      kind="harm"
      onAction={() => end.mutate(delegation.id)}
      pending={end.isPending}
      error={end.error}
    >
      <p>{words("endText", { name: to })}</p>
    </Question>
  );
}
