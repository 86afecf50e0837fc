/** Where what is recorded of a payment and what was reported of it contradict each other. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Listing } from "../shared/ui/Listing";
import { Page } from "../shared/ui/Page";
import { Empty } from "../shared/ui/States";
import { Choices } from "../shared/ui/Views";
import { Moment, Money } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { label } from "../shared/words/names";
import { type Case, cases } from "./queries";
import { CaseState, type PaymentState, State, useReported } from "./State";

export function Cases() {
  const words = useWords("payments.cases");
  const reported = useReported();
  const shared = useWords("shared");
  const go = useNavigate();
  const { query } = useView();
  const found = useQuery({ ...cases(query), placeholderData: keepPreviousData });
  return (
    <Page title={words("title")} lead={words("lead")}>
      <Choices
        label={words("which")}
        name="status"
        options={[
          ["", shared("all")],
          ["open", words("states.open")],
          ["closed", words("states.closed")],
        ]}
      />
      <Listing<Case>
        query={found}
        label={words("title")}
        rowKey={(row) => row.uid}
        onOpen={(row) => void go({ to: "/cases/$id", params: { id: String(row.id) } })}
        empty={<Empty>{words("none")}</Empty>}
        columns={[
          {
            name: "detail",
            label: words("detail"),
            cell: (row) => (
              <Link to="/cases/$id" params={{ id: String(row.id) }}>
                {words("contradiction", { reported: reported(row.reported), recorded: reported(row.payment_status) })}
              </Link>
            ),
          },
          {
            name: "amount",
            label: label("amount"),
            amount: true,
            sortable: true,
            cell: (row) => <Money amount={row.amount} currency={row.currency} />,
          },
          {
            name: "payment_status",
            label: words("recorded"),
            cell: (row) => <State status={row.payment_status as PaymentState} />,
          },
          { name: "status", label: label("status"), sortable: true, cell: (row) => <CaseState status={row.status} /> },
          { name: "opened_at", label: words("openedAt"), sortable: true, cell: (row) => <Moment at={row.opened_at} /> },
        ]}
      />
    </Page>
  );
}
