/** What people can do about what is owed. Each shows where it can be meant; whether it may be done, the API decides. */

import { useQuery } from "@tanstack/react-query";
import { numberOf } from "../banks/AccountTable";
import { type Account, accounts } from "../banks/queries";
import { api } from "../shared/api/client";
import { useMay } from "../shared/api/me";
import { FormButton, QuestionButton } from "../shared/ui/Commands";
import { Choice, TextArea } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import type { Obligation } from "./queries";

type Status = Obligation["status"];
const AGAIN: Status[] = ["failed", "returned", "cancelled", "blocked"];
const WHERE = {
  hold: ["scheduled", "failed", "waiting"],
  cancel: ["scheduled", "held"],
  retry: AGAIN,
  redirect: [...AGAIN, "scheduled", "held"],
  release: ["held"],
  "write-off": [...AGAIN, "held"],
} satisfies Record<string, Status[]>;

export function ObligationCommands({ obligation: it }: { obligation: Obligation }) {
  const may = useMay("payments:decide");
  const can = (command: keyof typeof WHERE) => (WHERE[command] as Status[]).includes(it.status);
  if (!may || !Object.values(WHERE).some((states) => (states as Status[]).includes(it.status))) return null;
  return (
    <div className="row">
      {can("retry") && <Again obligation={it} path="/obligations/{record_id}/retry" name="retry" />}
      {/* What is held for a changed payee is paid by itself when its time is over. */}
      {can("release") && !it.held_until && (
        <Again obligation={it} path="/obligations/{record_id}/release" name="release" />
      )}
      {can("redirect") && <Redirect obligation={it} />}
      {can("hold") && <Because obligation={it} path="/obligations/{record_id}/hold" name="hold" />}
      {can("cancel") && <Because obligation={it} path="/obligations/{record_id}/cancel" name="cancel" />}
      {can("write-off") && <Because obligation={it} path="/obligations/{record_id}/write-off" name="writeOff" />}
    </div>
  );
}

type AgainProps = {
  obligation: Obligation;
  path: "/obligations/{record_id}/retry" | "/obligations/{record_id}/release";
  name: "retry" | "release";
};

function Again({ obligation: it, path, name }: AgainProps) {
  const words = useWords("payments.commands");
  return (
    <QuestionButton
      label={words(`${name}.action`)}
      title={words(`${name}.title`)}
      action={words("propose")}
      done={words(`${name}.done`)}
      send={(header) => {
        const params = { path: { record_id: it.uid }, header };
        return path === "/obligations/{record_id}/retry" ? api.POST(path, { params }) : api.POST(path, { params });
      }}
    >
      <p>{words(`${name}.text`)}</p>
    </QuestionButton>
  );
}

const REASONED = ["/obligations/{record_id}/hold", "/obligations/{record_id}/cancel"] as const;
type BecauseProps = {
  obligation: Obligation;
  path: (typeof REASONED)[number] | "/obligations/{record_id}/write-off";
  name: "hold" | "cancel" | "writeOff";
};

function Because({ obligation: it, path, name }: BecauseProps) {
  const words = useWords("payments.commands");
  const takesTwo = name === "writeOff";
  return (
    <FormButton
      label={words(`${name}.action`)}
      kind={takesTwo ? "harm" : ""}
      title={words(`${name}.title`)}
      action={takesTwo ? words("propose") : words(`${name}.action`)}
      done={words(`${name}.done`)}
      body={(form) => ({ reason: entry(form, "reason") })}
      send={(body, header) => {
        const params = { path: { record_id: it.uid }, header };
        if (path === "/obligations/{record_id}/write-off") return api.POST(path, { body, params });
        return path === REASONED[0] ? api.POST(path, { body, params }) : api.POST(path, { body, params });
      }}
    >
      <p>{words(`${name}.text`)}</p>
      <TextArea name="reason" label={words("reason")} isRequired autoFocus />
    </FormButton>
  );
}

function Redirect({ obligation: it }: { obligation: Obligation }) {
  const words = useWords("payments.commands");
  const found = useQuery(accounts({ member_uid: it.member_uid, "status[eq]": "open" }));
  const others = ((found.data?.data.data ?? []) as Account[]).filter(({ uid }) => uid !== it.bank_account_uid);
  if (!others.length) return null;
  return (
    <FormButton
      label={words("redirect.action")}
      title={words("redirect.title")}
      action={words("propose")}
      done={words("redirect.done")}
      body={(form) => ({ bank_account_id: entry(form, "bank_account_id") })}
      send={(body, header) =>
        api.POST("/obligations/{record_id}/redirect", { body, params: { path: { record_id: it.uid }, header } })
      }
    >
      <p>{words("redirect.text")}</p>
      <Choice
        name="bank_account_id"
        label={words("redirect.account")}
        options={others.map((one) => ({ value: one.uid, label: `${one.holder}, ${numberOf(one)}` }))}
      />
    </FormButton>
  );
}
