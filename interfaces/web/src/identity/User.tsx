import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../shared/api/client";
import { useCommand } from "../shared/api/commands";
import { useMe } from "../shared/api/me";
import { Button } from "../shared/ui/Button";
import { Question } from "../shared/ui/Dialog";
import { Explore } from "../shared/ui/Explore";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { say } from "../shared/ui/toasts";
import { Facts, Moment, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import "./identity.css";
import { type User as OneUser, useBanks, userQuery } from "./queries";
import { Stream } from "./Stream";
import { useRoles } from "./Users";

/** One person: who they are here, what happened, and what can be done when they lose something or leave. */
export function User() {
  const { id } = useParams({ from: "/signed-in/users/$id" });
  const user = useQuery(userQuery(id));
  return <Shown query={user}>{({ data }) => <Told user={data as OneUser} />}</Shown>;
}

function Told({ user }: { user: OneUser }) {
  const words = useWords("identity");
  const banks = useBanks();
  const roles = useRoles();
  const me = useMe();
  return (
    <Page title={user.name} lead={user.email}>
      <div role="status">
        <Status mood={user.status === "active" ? "good" : "quiet"}>{words(`userStatus.${user.status}`)}</Status>
      </div>
      <Facts
        facts={[
          [words("role"), roles(user)],
          [words("bank"), banks.find(({ uid }) => uid === user.bank_uid)?.name],
          [words("registered"), <Moment key="at" at={user.registered_at} />],
          [
            words("signIns"),
            <Explore key="security" collection="security_events" query={{ user_uid: user.uid }}>
              {words("signInsShow")}
            </Explore>,
          ],
        ]}
      />
      {user.status === "active" && (
        <Section title={words("whatCanBeDone")}>
          <ul className="ways">
            {(me.uid === user.uid ? WAYS.filter((way) => way !== "shutOut") : WAYS).map((way) => (
              <Way key={way} way={way} user={user} />
            ))}
          </ul>
        </Section>
      )}
      <Stream uid={user.uid} />
    </Page>
  );
}

const WAYS = ["endSessions", "resetPassword", "forgetWays", "shutOut"] as const;
type WayName = (typeof WAYS)[number];

const PATHS = {
  endSessions: "/users/{record_id}/sign-out",
  resetPassword: "/users/{record_id}/password",
  forgetWays: "/users/{record_id}/sign-in-ways/forget",
  shutOut: "/users/{record_id}/deactivate",
} as const;

/** One thing that can be done, after a question that names the person. */
function Way({ way, user }: { way: WayName; user: OneUser }) {
  const words = useWords("identity");
  const [isOpen, setOpen] = useState(false);
  const command = useCommand(
    (_: { uid: string }, header) => {
      const params = { path: { record_id: user.uid }, header };
      return way === "resetPassword" ? api.POST(PATHS[way], { params, body: {} }) : api.POST(PATHS[way], { params });
    },
    {
      onDone: () => {
        setOpen(false);
        say(words(`ways.${way}.done`, { name: user.name }));
      },
    },
  );
  const kind = way === "shutOut" ? "harm" : "";
  return (
    <li className="row spread">
      <span className="quiet">{words(`ways.${way}.what`)}</span>
      <Button kind={kind} onPress={() => setOpen(true)}>
        {words(`ways.${way}.name`)}
      </Button>
      <Question
        title={words(`ways.${way}.title`, { name: user.name })}
        open={isOpen}
        onClose={() => {
          setOpen(false);
          command.reset();
        }}
        kind={kind || "main"}
        action={words(`ways.${way}.name`)}
        onAction={() => command.mutate({ uid: user.uid })}
        pending={command.isPending}
        error={command.error}
      >
        <p>
          <strong>{user.name}</strong> ({user.email}): {words(`ways.${way}.what`)}
        </p>
      </Question>
    </li>
  );
}
