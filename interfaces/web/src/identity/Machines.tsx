import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { Page } from "../shared/ui/Page";
import { Pager } from "../shared/ui/Pager";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Moment, Status } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import "./identity.css";
import { NewMachine } from "./NewMachine";
import { type Machine, machinesQuery, useBanks } from "./queries";

/** The machines that are let in by keys of their own. */
export function Machines() {
  const words = useWords("identity");
  const go = useNavigate();
  const { query } = useView();
  const machines = useQuery(machinesQuery(query));
  const columns = useColumns();
  return (
    <Page title={words("machines")} lead={words("machinesLead")} actions={<NewMachine />}>
      <Shown query={machines}>
        {({ data }) =>
          data.data.length ? (
            <>
              <Table
                label={words("machines")}
                rows={data.data as Machine[]}
                columns={columns}
                rowKey={({ uid }) => uid}
                onOpen={({ uid }) => void go({ to: "/machines/$id", params: { id: uid } })}
              />
              <Pager label={words("machines")} page={data.page} />
            </>
          ) : (
            <Empty>{words("noMachines")}</Empty>
          )
        }
      </Shown>
    </Page>
  );
}

function useColumns(): Column<Machine>[] {
  const words = useWords("identity");
  const banks = useBanks();
  return useMemo(
    () => [
      {
        name: "name",
        label: words("name"),
        cell: ({ uid, name }) => (
          <Link to="/machines/$id" params={{ id: uid }}>
            {name}
          </Link>
        ),
      },
      {
        name: "status",
        label: words("status"),
        cell: ({ status }) => (
          <Status mood={status === "active" ? "good" : "quiet"}>{words(`machineStatus.${status}`)}</Status>
        ),
      },
      {
        name: "bank_uid",
        label: words("sees"),
        cell: ({ bank_uid }) => banks.find(({ uid }) => uid === bank_uid)?.name ?? words("everyBank"),
      },
      {
        name: "scopes",
        label: words("scopes"),
        cell: ({ scopes }) => <span title={scopes}>{scopes.replaceAll(",", ", ")}</span>,
      },
      { name: "created_at", label: words("created"), cell: ({ created_at }) => <Moment at={created_at} /> },
    ],
    [words, banks],
  );
}
