/** One person of a bank: as a member with their accounts, as an administrator with their limit, and what happened. */

import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { Timeline } from "../shared/ui/Timeline";
import { Facts, Moment, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { AccountTable } from "./AccountTable";
import { OpenAccount } from "./OpenAccount";
import { ChangeLimit, EndAppointment, EndMembership, Rename } from "./personCommands";
import { type Account, type Administrator, accounts, administratorOf, type Member, memberOf } from "./queries";
import { Standing } from "./Standing";

export function Person() {
  const { user } = useParams({ from: "/signed-in/people/$user" });
  const members = useQuery(memberOf(user));
  const administrators = useQuery(administratorOf(user));
  return (
    <Shown query={members}>
      {(asMember) => (
        <Shown query={administrators}>
          {(asAdministrator) => (
            <One
              member={asMember.data.data[0] as Member | undefined}
              administrator={asAdministrator.data.data[0] as Administrator | undefined}
            />
          )}
        </Shown>
      )}
    </Shown>
  );
}

function One({ member, administrator }: { member: Member | undefined; administrator: Administrator | undefined }) {
  const words = useWords("banks.people");
  const person = member ?? administrator;
  const histories = [
    member && `/members/${member.uid}`,
    administrator && `/administrators/${administrator.uid}`,
  ].filter((path) => path !== undefined);
  if (!person) return <Page title={words("title")}>{<Empty>{words("nobody")}</Empty>}</Page>;
  return (
    <Page title={`${person.first_name} ${person.last_name}`} lead={person.email}>
      <div className="columns">
        {administrator && <AsAdministrator administrator={administrator} />}
        {member && <AsMember member={member} />}
      </div>
      {member && <Accounts member={member} />}
      <Timeline path={histories[0] ?? ""} beside={histories.slice(1)} />
    </Page>
  );
}

function AsAdministrator({ administrator: it }: { administrator: Administrator }) {
  const words = useWords("banks.people");
  const writes = useMay("banks:write") && it.status === "active";
  return (
    <div className="card stack">
      <Section title={words("administrator")}>
        <Facts
          facts={[
            [words("standing"), <Standing key="status" status={it.status} />],
            [
              words("limit"),
              it.approval_limit ? (
                <Money key="limit" amount={it.approval_limit} currency={it.currency} />
              ) : (
                words("noLimit")
              ),
            ],
            [words("since"), <Moment key="since" at={it.created_at} />],
            ...ended(words("ended"), it.ended_at),
          ]}
        />
        {writes && (
          <div className="row spread">
            <div className="row">
              <ChangeLimit administrator={it} />
              <Rename person={it} path="/administrators/{record_id}" />
            </div>
            <EndAppointment administrator={it} />
          </div>
        )}
      </Section>
    </div>
  );
}

function AsMember({ member: it }: { member: Member }) {
  const words = useWords("banks.people");
  const writes = useMay("banks:write") && it.status === "active";
  return (
    <div className="card stack">
      <Section title={words("member")}>
        <Facts
          facts={[
            [words("standing"), <Standing key="status" status={it.status} />],
            [words("since"), <Moment key="since" at={it.created_at} />],
            ...ended(words("ended"), it.ended_at),
          ]}
        />
        {writes && (
          <div className="row spread">
            <Rename person={it} path="/members/{record_id}" />
            <EndMembership member={it} />
          </div>
        )}
      </Section>
    </div>
  );
}

function ended(name: string, at: string | null): [string, React.ReactNode][] {
  return at ? [[name, <Moment key="ended" at={at} />]] : [];
}

function Accounts({ member }: { member: Member }) {
  const words = useWords("banks.accounts");
  const found = useQuery(accounts({ member_uid: member.uid }));
  const opens = useMay("accounts:write") && member.status === "active";
  return (
    <Section title={words("title")} actions={opens && <OpenAccount member={member} />}>
      <Shown query={found}>
        {({ data }) =>
          data.data.length ? <AccountTable rows={data.data as Account[]} /> : <Empty>{words("noneOfMember")}</Empty>
        }
      </Shown>
    </Section>
  );
}
