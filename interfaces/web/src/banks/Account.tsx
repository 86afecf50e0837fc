/** One account: whom it pays and since when, changing and closing it, and what happened. */

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { api } from "../shared/api/client";
import { useMay, useMe } from "../shared/api/me";
import { FormButton, QuestionButton } from "../shared/ui/Commands";
import { TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { Page } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Timeline } from "../shared/ui/Timeline";
import { Facts, Moment } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { count } from "../shared/words/format";
import { AccountNumbers, numbersIn } from "./AccountNumbers";
import { numberOf } from "./AccountTable";
import { type Account, account, type Member, members } from "./queries";
import { Standing } from "./Standing";

export function AccountPage() {
  const { id } = useParams({ from: "/signed-in/accounts/$id" });
  return (
    <Shown query={useQuery(account(id))}>{({ data, etag }) => <One account={data as Account} etag={etag} />}</Shown>
  );
}

function One({ account: it, etag }: { account: Account; etag: string }) {
  const words = useWords("banks.accounts");
  const me = useMe();
  const found = useQuery(members({ uid: it.member_uid }));
  const member = found.data?.data.data[0] as Member | undefined;
  const isOwn = member?.user_uid === me.uid;
  const writes = useMay("accounts:write") && it.status === "open";
  const seesPeople = useMay("banks:write", "ledger:read");
  return (
    <Page
      title={words("one", { holder: it.holder, number: numberOf(it) })}
      lead={<Standing status={it.status} />}
      actions={writes && <Change account={it} etag={etag} isOwn={isOwn} />}
    >
      {it.duplicate_of && (
        <p className="notice wait">
          {words.rich("duplicateOf", {
            link: (text) => (
              <Link to="/accounts/$id" params={{ id: it.duplicate_of ?? "" }}>
                {text}
              </Link>
            ),
          })}
        </p>
      )}
      <div className="card stack">
        <Facts
          facts={[
            [words("holder"), it.holder],
            [
              words("member"),
              member &&
                (seesPeople ? (
                  <Link to="/people/$user" params={{ user: member.user_uid }}>
                    {member.first_name} {member.last_name}
                  </Link>
                ) : (
                  `${member.first_name} ${member.last_name}`
                )),
            ],
            [
              words("number"),
              <span key="number" className="number">
                {numberOf(it)}
              </span>,
            ],
            ...(it.routing_number ? [[words("routing"), it.routing_number] as [string, string]] : []),
            [words("currency"), it.currency],
            [words("payee"), words("payeeVersion", { version: count(it.payee_version) })],
            [words("payeeSince"), it.payee_since && <Moment at={it.payee_since} />],
            [words("openedAt"), <Moment key="opened" at={it.created_at} />],
            ...(it.ended_at
              ? [[words("closedAt"), <Moment key="closed" at={it.ended_at} />] as [string, React.ReactNode]]
              : []),
          ]}
        />
        {writes && (
          <div className="row">
            <Close account={it} />
          </div>
        )}
      </div>
      <Timeline path={`/accounts/${it.uid}`} />
    </Page>
  );
}

function Change({ account: it, etag, isOwn }: { account: Account; etag: string; isOwn: boolean }) {
  const words = useWords("banks.accounts");
  return (
    <FormButton
      label={words("change")}
      kind="main"
      title={words("changeTitle", { holder: it.holder, number: numberOf(it) })}
      action={words(isOwn ? "change" : "propose")}
      done={words("changed")}
      body={(form) => ({ ...numbersIn(form), ...holderIn(form, it) })}
      send={(body, header) =>
        api.PATCH("/accounts/{record_id}", {
          body,
          params: { path: { record_id: it.uid }, header: { ...header, ...(etag ? { "If-Match": etag } : {}) } },
        })
      }
    >
      <p className="notice">{words(isOwn ? "changeOwnWhy" : "changeWhy")}</p>
      <AccountNumbers kind={it.iban ? "iban" : "us"} />
      <TextInput name="holder" label={words("holder")} defaultValue={it.holder} autoComplete="off" />
    </FormButton>
  );
}

function holderIn(form: FormData, before: Account): { holder?: string } {
  const holder = entry(form, "holder");
  return holder && holder !== before.holder ? { holder } : {};
}

function Close({ account: it }: { account: Account }) {
  const words = useWords("banks.accounts");
  const named = { holder: it.holder, number: numberOf(it) };
  return (
    <QuestionButton
      label={words("close")}
      kind="harm"
      title={words("closeTitle", named)}
      action={words("close")}
      done={words("closed")}
      send={(header) => api.DELETE("/accounts/{record_id}", { params: { path: { record_id: it.uid }, header } })}
    >
      <p>{words("closeText")}</p>
    </QuestionButton>
  );
}
