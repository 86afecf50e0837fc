import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { Button } from "../shared/ui/Button";
import { Question } from "../shared/ui/Dialog";
import { Page } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { say } from "../shared/ui/toasts";
import { Facts, Moment, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import "./identity.css";
import { Keys } from "./Keys";
import { machineQuery, type Machine as OneMachine, useBanks } from "./queries";
import { Stream } from "./Stream";

/** One machine: what it may do, its keys, and what happened. */
export function Machine() {
  const { id } = useParams({ from: "/signed-in/machines/$id" });
  const machine = useQuery(machineQuery(id));
  return <Shown query={machine}>{({ data }) => <Told machine={data as OneMachine} />}</Shown>;
}

function Told({ machine }: { machine: OneMachine }) {
  const words = useWords("identity");
  const banks = useBanks();
  return (
    <Page
      title={machine.name}
      lead={words("machineLead")}
      actions={machine.status === "active" && <Deactivate machine={machine} />}
    >
      <div role="status">
        <Status mood={machine.status === "active" ? "good" : "quiet"}>
          {words(`machineStatus.${machine.status}`)}
        </Status>
      </div>
      <Facts
        facts={[
          [words("sees"), banks.find(({ uid }) => uid === machine.bank_uid)?.name ?? words("everyBank")],
          [
            words("scopes"),
            <span key="scopes" className="row">
              {machine.scopes.split(",").map((scope) => (
                <code key={scope}>{scope}</code>
              ))}
            </span>,
          ],
          [words("created"), <Moment key="at" at={machine.created_at} />],
          ...(machine.ended_at ? [ended(words("ended"), machine.ended_at)] : []),
        ]}
      />
      <Keys machine={machine} />
      <Stream uid={machine.uid} />
    </Page>
  );
}

const ended = (name: string, at: string): [string, React.ReactNode] => [name, <Moment key="ended" at={at} />];

function Deactivate({ machine }: { machine: OneMachine }) {
  const words = useWords("identity");
  const [isOpen, setOpen] = useState(false);
  const command = useCommand(
    (_: { uid: string }, header) =>
      api.POST("/service-accounts/{record_id}/deactivate", { params: { path: { record_id: machine.uid }, header } }),
    {
      onDone: () => {
        setOpen(false);
        say(words("machineEnded", { name: machine.name }));
      },
    },
  );
  return (
    <>
      <Button kind="harm" onPress={() => setOpen(true)}>
        {words("deactivate")}
      </Button>
      <Question
        title={words("deactivateTitle", { name: machine.name })}
        open={isOpen}
        onClose={() => setOpen(false)}
        kind="harm"
        action={words("deactivate")}
        onAction={() => command.mutate({ uid: machine.uid })}
        pending={command.isPending}
        error={command.error}
      >
        <p>{words("deactivateWhat")}</p>
      </Question>
    </>
  );
}
