/** The people of a bank: who may claim, and who decides about it up to which amount. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Listing } from "../shared/ui/Listing";
import { Page } from "../shared/ui/Page";
import { Empty } from "../shared/ui/States";
import type { Column } from "../shared/ui/Table";
import { Choices, Search } from "../shared/ui/Views";
import { Day, Money } from "../shared/ui/values";
import { useView, type View } from "../shared/view";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import { BankChoice, useBank } from "./BankChoice";
import { Admit, Appoint } from "./letIn";
import { type Administrator, administrators, type Member, members } from "./queries";
import { Standing } from "./Standing";

type Anybody = Member & Partial<Administrator>;

export function People() {
  const words = useWords("banks.people");
  const { bank } = useBank();
  const { one } = useView();
  const writes = useMay("banks:write");
  const isOfAdministrators = one("who") === "administrators";
  return (
    <Page
      title={words("title")}
      lead={words("lead")}
      actions={
        writes &&
        bank && (
          <>
            <Admit bank={bank} />
            <Appoint bank={bank} />
          </>
        )
      }
    >
      <div className="row spread">
        <Choices
          label={words("who")}
          name="who"
          options={[
            ["", words("members")],
            ["administrators", words("administrators")],
          ]}
        />
        <div className="row">
          <BankChoice />
          <Search name="last_name[starts_with]" label={words("search")} />
        </div>
      </div>
      {isOfAdministrators ? <Administrators /> : <Members />}
    </Page>
  );
}

/** What the address asks of the API; `who` is the screen's own. */
function asked({ query }: View) {
  const { who: _, ...rest } = query;
  return rest;
}

function useColumns(): Column<Anybody>[] {
  const words = useWords("banks.people");
  return [
    { name: "last_name", label: words("name"), sortable: true, cell: (row) => <PersonLink person={row} /> },
    { name: "email", label: label("email"), sortable: true, cell: (row) => row.email },
    { name: "status", label: label("status"), sortable: true, cell: (row) => <Standing status={row.status} /> },
    { name: "created_at", label: words("since"), sortable: true, cell: (row) => <Day on={row.created_at} /> },
  ];
}

function PersonLink({ person }: { person: Anybody }) {
  return (
    <Link to="/people/$user" params={{ user: person.user_uid }}>
      {person.last_name}, {person.first_name}
    </Link>
  );
}

function useOpen() {
  const go = useNavigate();
  return ({ user_uid }: Anybody) => void go({ to: "/people/$user", params: { user: user_uid } });
}

function Members() {
  const words = useWords("banks.people");
  const found = useQuery({ ...members(asked(useView())), placeholderData: keepPreviousData });
  return (
    <Listing<Anybody>
      query={found}
      label={words("members")}
      rowKey={(row) => row.uid}
      columns={useColumns()}
      onOpen={useOpen()}
      empty={<Empty>{words("noMembers")}</Empty>}
    />
  );
}

function Administrators() {
  const words = useWords("banks.people");
  const found = useQuery({ ...administrators(asked(useView())), placeholderData: keepPreviousData });
  const [name, email, ...rest] = useColumns();
  const limit: Column<Anybody> = {
    name: "approval_limit",
    label: words("limit"),
    amount: true,
    sortable: true,
    cell: (row) =>
      row.approval_limit ? <Money amount={row.approval_limit} currency={row.currency ?? ""} /> : words("noLimit"),
  };
  return (
    <Listing<Anybody>
      query={found}
      label={words("administrators")}
      rowKey={(row) => row.uid}
      columns={[name, email, limit, ...rest].filter((column) => column !== undefined)}
      onOpen={useOpen()}
      empty={<Empty>{words("noAdministrators")}</Empty>}
    />
  );
}
