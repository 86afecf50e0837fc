/** All banks, for whoever opens them. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { api } from "../shared/api/client";
import { asking } from "../shared/api/queries";
import { FormButton, QuestionButton } from "../shared/ui/Commands";
import { TextInput } from "../shared/ui/Fields";
import { entry } from "../shared/ui/Form";
import { Listing } from "../shared/ui/Listing";
import { Page } from "../shared/ui/Page";
import { Empty } from "../shared/ui/States";
import { Search } from "../shared/ui/Views";
import { Day } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import type { Bank } from "./queries";
import { Standing } from "./Standing";

export function Banks() {
  const words = useWords("banks.list");
  const { query } = useView();
  const found = useQuery({
    ...asking(["banks", query], (signal) =>
      api.GET("/banks", { params: { query: { sort: "name", ...query } as never }, signal }),
    ),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={words("title")} lead={words("lead")} actions={<Open />}>
      <Search name="name[contains]" label={words("search")} />
      <Listing<Bank>
        query={found}
        label={words("title")}
        rowKey={(row) => row.uid}
        empty={<Empty action={<Open />}>{words("none")}</Empty>}
        columns={[
          {
            name: "name",
            label: label("name"),
            sortable: true,
            cell: (row) => (
              <Link to="/policies" search={{ bank_uid: row.uid } as never}>
                {row.name}
              </Link>
            ),
          },
          { name: "location", label: words("location"), sortable: true, cell: (row) => row.location },
          { name: "currency", label: label("currency"), sortable: true, cell: (row) => row.currency },
          { name: "iban", label: "IBAN", cell: (row) => <span className="number">{row.iban}</span> },
          { name: "status", label: label("status"), sortable: true, cell: (row) => <Standing status={row.status} /> },
          { name: "created_at", label: words("since"), sortable: true, cell: (row) => <Day on={row.created_at} /> },
          {
            name: "actions",
            label: words("actions"),
            cell: (row) => row.status === "active" && <Actions bank={row} />,
          },
        ]}
      />
    </Page>
  );
}

const bankIn = (form: FormData) => ({ name: entry(form, "name"), location: entry(form, "location") });

function Open() {
  const words = useWords("banks.list");
  return (
    <FormButton
      label={words("open")}
      kind="main"
      title={words("openTitle")}
      action={words("open")}
      done={words("opened")}
      body={(form) => ({
        ...bankIn(form),
        currency: entry(form, "currency").toUpperCase(),
        iban: entry(form, "iban") || null,
      })}
      send={(body, header) => api.POST("/banks", { body, params: { header } })}
    >
      <TextInput name="name" label={label("name")} isRequired autoFocus autoComplete="off" />
      <TextInput name="location" label={words("location")} isRequired autoComplete="off" />
      <TextInput name="currency" label={label("currency")} hint={words("currencyHint")} maxLength={3} isRequired />
      <TextInput name="iban" label="IBAN" hint={words("ibanHint")} autoComplete="off" />
    </FormButton>
  );
}

function Actions({ bank }: { bank: Bank }) {
  const words = useWords("banks.list");
  const params = (header: object) => ({ path: { record_id: bank.uid }, header });
  return (
    <span className="row">
      <FormButton
        label={words("change")}
        small
        title={words("changeTitle", { name: bank.name })}
        action={words("change")}
        done={words("changed")}
        body={(form) => ({ ...bankIn(form), ...(entry(form, "iban") ? { iban: entry(form, "iban") } : {}) })}
        send={(body, header) => api.PATCH("/banks/{record_id}", { body, params: params(header) })}
      >
        <TextInput name="name" label={label("name")} defaultValue={bank.name} isRequired autoFocus autoComplete="off" />
        <TextInput
          name="location"
          label={words("location")}
          defaultValue={bank.location}
          isRequired
          autoComplete="off"
        />
        <TextInput name="iban" label="IBAN" hint={words("ibanStays", { iban: bank.iban ?? "–" })} autoComplete="off" />
      </FormButton>
      <QuestionButton
        label={words("end")}
        small
        kind="harm"
        title={words("endTitle", { name: bank.name })}
        action={words("end")}
        done={words("ended")}
        send={(header) => api.DELETE("/banks/{record_id}", { params: params(header) })}
      >
        <p>{words("endText")}</p>
      </QuestionButton>
    </span>
  );
}
