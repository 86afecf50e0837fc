/** The exchange rates that the bank keeps, and recording another one. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api } from "../shared/api/client";
import { useMay } from "../shared/api/me";
import { FormButton } from "../shared/ui/Commands";
import { DateInput } from "../shared/ui/dates";
import { AmountInput, TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { Listing } from "../shared/ui/Listing";
import { Page } from "../shared/ui/Page";
import { Empty } from "../shared/ui/States";
import { Day, Moment } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { decimal, exact } from "../shared/words/format";
import { BankChoice, useBank } from "./BankChoice";
import "./banks.css";
import { Actor } from "../shared/ui/Who";
import { PolicyTabs } from "./PolicyTabs";
import { type Bank, type Rate, rates } from "./queries";

export function Rates() {
  const words = useWords("banks.rates");
  const { bank } = useBank();
  const records = useMay("rates:write");
  const { query } = useView();
  const found = useQuery({ ...rates(query), placeholderData: keepPreviousData });
  return (
    <Page title={words("title")} lead={words("lead")} actions={records && bank && <Record bank={bank} />}>
      <div className="row spread">
        <PolicyTabs />
        <BankChoice />
      </div>
      <Listing<Rate>
        query={found}
        label={words("title")}
        rowKey={(row) => row.uid}
        empty={<Empty>{words("none")}</Empty>}
        columns={[
          { name: "day", label: words("day"), sortable: true, cell: (row) => <Day on={row.day} /> },
          {
            name: "value",
            label: words("rate"),
            sortable: true,
            cell: (row) => (
              <span className="number">
                {words("is", { base: row.base, value: decimal(row.value), quote: row.quote })}
              </span>
            ),
          },
          { name: "source", label: words("source"), sortable: true, cell: (row) => row.source },
          {
            name: "recorded_by",
            label: words("recordedBy"),
            cell: (row) => <Actor actor={`user:${row.recorded_by}`} />,
          },
          {
            name: "confirmed_by",
            label: words("confirmedBy"),
            cell: (row) => row.confirmed_by && <Actor actor={`user:${row.confirmed_by}`} />,
          },
          {
            name: "recorded_at",
            label: words("recordedAt"),
            sortable: true,
            cell: (row) => <Moment at={row.recorded_at} />,
          },
        ]}
      />
    </Page>
  );
}

function Record({ bank }: { bank: Bank }) {
  const words = useWords("banks.rates");
  return (
    <FormButton
      label={words("record")}
      kind="main"
      title={words("recordTitle")}
      action={words("propose")}
      done={words("recorded")}
      body={(form) => ({
        base: entry(form, "base").toUpperCase(),
        quote: entry(form, "quote").toUpperCase(),
        value: exact(entry(form, "value")),
        source: entry(form, "source"),
        day: entry(form, "day") || null,
      })}
      send={(body, header) =>
        api.POST("/banks/{bank_id}/exchange-rates", { body, params: { path: { bank_id: bank.uid }, header } })
      }
    >
      <p className="notice">{words("why")}</p>
      <div className="columns thirds">
        <TextInput name="base" label={words("base")} defaultValue={bank.currency} maxLength={3} isRequired />
        <AmountInput name="value" label={words("value")} isRequired autoFocus />
        <TextInput name="quote" label={words("quote")} maxLength={3} isRequired />
      </div>
      <TextInput name="source" label={words("source")} hint={words("sourceHint")} isRequired />
      <DateInput name="day" label={words("day")} hint={words("dayHint")} />
    </FormButton>
  );
}
