/** What can be done about somebody of a bank; whom it is about is named in each question. */

import { api } from "../shared/api/client";
import { useMe } from "../shared/api/me";
import { FormButton, QuestionButton } from "../shared/ui/Commands";
import { AmountInput, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { useWords } from "../shared/words";
import { decimal, exact } from "../shared/words/format";
import type { Administrator, Member } from "./queries";

const nameOf = (person: Member | Administrator) => `${person.first_name} ${person.last_name}`;

/** A lower limit is so at once, a higher one or none once somebody else confirms it. */
export function ChangeLimit({ administrator: it }: { administrator: Administrator }) {
  const words = useWords("banks.people");
  const name = nameOf(it);
  if (useMe().uid === it.user_uid) return <span className="quiet">{words("notOwnLimit")}</span>;
  return (
    <FormButton
      label={words("changeLimit")}
      title={words("changeLimitOf", { name })}
      action={words("changeLimit")}
      done={words("limitChanged", { name })}
      body={(form) => ({ approval_limit: exact(entry(form, "approval_limit")) || null })}
      send={(body, header) =>
        api.PATCH("/administrators/{record_id}", { body, params: { path: { record_id: it.uid }, header } })
      }
    >
      <p className="notice">{words("limitWhy")}</p>
      <AmountInput
        name="approval_limit"
        label={words("limitIn", { currency: it.currency })}
        hint={words("limitHint")}
        defaultValue={it.approval_limit ? decimal(it.approval_limit) : ""}
        autoFocus
      />
    </FormButton>
  );
}

type Renaming = { person: Member | Administrator; path: "/members/{record_id}" | "/administrators/{record_id}" };

export function Rename({ person, path }: Renaming) {
  const words = useWords("banks.people");
  return (
    <FormButton
      label={words("rename")}
      title={words("renameOf", { name: nameOf(person) })}
      action={words("rename")}
      done={words("renamed")}
      body={(form) => ({ first_name: entry(form, "first_name"), last_name: entry(form, "last_name") })}
      send={(body, header) => {
        const params = { path: { record_id: person.uid }, header };
        return path === "/members/{record_id}" ? api.PATCH(path, { body, params }) : api.PATCH(path, { body, params });
      }}
    >
      <TextInput name="first_name" label={words("firstName")} defaultValue={person.first_name} isRequired autoFocus />
      <TextInput name="last_name" label={words("lastName")} defaultValue={person.last_name} isRequired />
    </FormButton>
  );
}

export function EndAppointment({ administrator: it }: { administrator: Administrator }) {
  const words = useWords("banks.people");
  const name = nameOf(it);
  return (
    <QuestionButton
      label={words("endAppointment")}
      kind="harm"
      title={words("endAppointmentOf", { name })}
      action={words("endAppointment")}
      done={words("appointmentEnded", { name })}
      send={(header) => api.DELETE("/administrators/{record_id}", { params: { path: { record_id: it.uid }, header } })}
    >
      <p>{words("endAppointmentText", { name })}</p>
    </QuestionButton>
  );
}

export function EndMembership({ member: it }: { member: Member }) {
  const words = useWords("banks.people");
  const name = nameOf(it);
  return (
    <QuestionButton
      label={words("endMembership")}
      kind="harm"
      title={words("endMembershipOf", { name })}
      action={words("endMembership")}
      done={words("membershipEnded", { name })}
      send={(header) => api.DELETE("/members/{record_id}", { params: { path: { record_id: it.uid }, header } })}
    >
      <p>{words("endMembershipText", { name })}</p>
    </QuestionButton>
  );
}
