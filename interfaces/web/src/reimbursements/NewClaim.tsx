import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type Schemas } from "../shared/api/client";
import { fieldErrors, useCommand } from "../shared/api/commands";
import { useMe } from "../shared/api/me";
import { DateInput } from "../shared/ui/dates";
import { AmountInput, Choice, TextInput } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { Page } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { say } from "../shared/ui/toasts";
import { useWords } from "../shared/words";
import { exact } from "../shared/words/format";
import { useSentences } from "../shared/words/problems";
import { Currency } from "./Currency";
import { type Account, ownAccountsQuery } from "./queries";
import { today } from "./today";
import "./reimbursements.css";

type NewReimbursement = Schemas["NewReimbursement"];

/** A member claims money back. */
export function NewClaim() {
  const words = useWords("reimbursements");
  const { uid } = useMe();
  const own = useQuery(ownAccountsQuery(uid ?? ""));
  return (
    <Page title={words("newClaim")}>
      <Shown query={own}>
        {({ accounts }) =>
          accounts.length ? (
            <ClaimForm accounts={accounts} />
          ) : (
            <Empty
              action={
                <Link to={"/accounts" as never} className="button main">
                  {words("toAccounts")}
                </Link>
              }
            >
              {words("noAccount")}
            </Empty>
          )
        }
      </Shown>
    </Page>
  );
}

function ClaimForm({ accounts }: { accounts: Account[] }) {
  const words = useWords("reimbursements");
  const go = useNavigate();
  const [accountId, setAccountId] = useState(String(accounts[0]?.id));
  const account = accounts.find(({ id }) => String(id) === accountId) ?? accounts[0];
  const submit = useCommand(
    (body: NewReimbursement, header) => api.POST("/reimbursements", { body, params: { header } }),
    {
      onDone: ({ data }) => {
        say(words("submittedSaid"));
        // In the place of the form: neither a reload nor the way back sends it again.
        void go({ to: "/claims/$id", params: { id: String(data.id) }, replace: true });
      },
    },
  );
  const errors = fieldErrors(submit.error, useSentences());
  return (
    <div className="claim-form">
      <CommandForm
        command={submit}
        action={words("submit")}
        body={(form) => ({
          bank_account_id: Number(entry(form, "bank_account_id")),
          amount: exact(entry(form, "amount")),
          currency: entry(form, "currency"),
          description: entry(form, "description"),
          incurred_on: entry(form, "incurred_on") || null,
        })}
      >
        <TextInput
          name="description"
          label={words("description")}
          hint={words("descriptionHint")}
          isRequired
          autoFocus
        />
        <div className="amount-and-currency">
          <AmountInput name="amount" label={words("amount")} hint={words("amountHint")} isRequired />
          <Currency key={account?.currency} of={account?.currency ?? ""} errors={errors.currency} />
        </div>
        <DateInput name="incurred_on" label={words("incurredOn")} defaultValue={today()} max={today()} isRequired />
        <Choice
          name="bank_account_id"
          label={words("account")}
          hint={words("accountHint")}
          value={accountId}
          onChange={setAccountId}
          errors={errors.bank_account_id}
          options={accounts.map((one) => ({
            value: String(one.id),
            label: words("accountOption", {
              holder: one.holder,
              number: one.iban ?? one.account_number ?? "",
              currency: one.currency,
            }),
          }))}
        />
      </CommandForm>
    </div>
  );
}
