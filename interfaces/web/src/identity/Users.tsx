import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { auditsFirm } from "../shared/api/me";
import { Choice } from "../shared/ui/Fields";
import { Page } from "../shared/ui/Page";
import { Pager } from "../shared/ui/Pager";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Search } from "../shared/ui/Views";
import { Moment, Status } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import "./identity.css";
import { LetIn } from "./LetIn";
import { type User, useBanks, usersQuery } from "./queries";

const ROLES = ["administrator", "auditor", "member", "operator"] as const;

/** Everybody who may sign in. */
export function Users() {
  const words = useWords("identity");
  const go = useNavigate();
  const { query, one, change } = useView();
  const users = useQuery(usersQuery(query));
  const columns = useColumns();
  return (
    <Page title={words("users")} lead={words("usersLead")} actions={<LetIn />}>
      <div className="filters">
        <Search label={words("byEmail")} name="email[starts_with]" as={(email) => email.toLowerCase()} />
        <Choice
          name="role"
          label={words("role")}
          value={one("roles[contains]")}
          empty={words("everyRole")}
          options={ROLES.map((role) => ({ value: role, label: words(`roles.${role}`) }))}
          onChange={(role) => change({ "roles[contains]": role })}
        />
        <Choice
          name="status"
          label={words("status")}
          value={one("status")}
          empty={words("everyStatus")}
          options={(["active", "deactivated"] as const).map((it) => ({ value: it, label: words(`userStatus.${it}`) }))}
          onChange={(status) => change({ status })}
        />
      </div>
      <Shown query={users}>
        {({ data }) =>
          data.data.length ? (
            <>
              <Table
                label={words("users")}
                rows={data.data as User[]}
                columns={columns}
                rowKey={({ uid }) => uid}
                onOpen={({ uid }) => void go({ to: "/users/$id", params: { id: uid } })}
                sort={one("sort") || "name"}
                onSort={(sort) => change({ sort })}
              />
              <Pager label={words("users")} page={data.page} />
            </>
          ) : (
            <Empty>{words("nobody")}</Empty>
          )
        }
      </Shown>
    </Page>
  );
}

/** What somebody is here; of which bank an auditor is, the bank says, if they are of one. */
export function useRoles(): (user: User) => string {
  const words = useWords("identity");
  return ({ roles: said, bank_uid }) => {
    const roles = said.split(",").filter(Boolean);
    if (auditsFirm({ roles, bank_uid })) return words("firmAuditor");
    return (
      roles
        .map((role) => {
          const known = ROLES.find((one) => one === role);
          return known ? words(`roles.${known}`) : role;
        })
        .join(", ") || words("noRole")
    );
  };
}

function useColumns(): Column<User>[] {
  const words = useWords("identity");
  const banks = useBanks();
  const roles = useRoles();
  return useMemo(
    () => [
      {
        name: "name",
        label: words("name"),
        sortable: true,
        cell: ({ uid, name }) => (
          <Link to="/users/$id" params={{ id: uid }}>
            {name}
          </Link>
        ),
      },
      { name: "email", label: words("email"), sortable: true, cell: ({ email }) => email },
      { name: "roles", label: words("role"), sortable: true, cell: roles },
      {
        name: "bank_uid",
        label: words("bank"),
        cell: ({ bank_uid }) => banks.find(({ uid }) => uid === bank_uid)?.name ?? "–",
      },
      {
        name: "status",
        label: words("status"),
        cell: ({ status }) => (
          <Status mood={status === "active" ? "good" : "quiet"}>{words(`userStatus.${status}`)}</Status>
        ),
      },
      {
        name: "registered_at",
        label: words("registered"),
        sortable: true,
        cell: ({ registered_at }) => <Moment at={registered_at} />,
      },
    ],
    [words, banks, roles],
  );
}
