/** Every attempt to pay somebody what they are owed, and how far the money is. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Listing } from "../shared/ui/Listing";
import { Page } from "../shared/ui/Page";
import { Empty } from "../shared/ui/States";
import { Choices, Search } from "../shared/ui/Views";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { usePaymentColumns } from "./columns";
import { type Payment, payments } from "./queries";

const STATES = ["scheduled", "submitted", "settled", "failed", "returned", "cancelled"] as const;

export function Payments() {
  const words = useWords("payments");
  const shared = useWords("shared");
  const go = useNavigate();
  const { query } = useView();
  const isOfBank = useMay("ledger:read");
  const found = useQuery({ ...payments(query), placeholderData: keepPreviousData });
  return (
    <Page title={words(isOfBank ? "title" : "yours")} lead={words("lead")}>
      <div className="row spread">
        <Choices
          label={words("which")}
          name="status"
          options={[["", shared("all")], ...STATES.map((one): [string, string] => [one, words(`states.${one}`)])]}
        />
        {isOfBank && <Search name="creditor_name[contains]" label={words("search")} />}
      </div>
      <Listing<Payment>
        query={found}
        label={words("title")}
        rowKey={(row) => row.uid}
        columns={usePaymentColumns()}
        onOpen={(row) => void go({ to: "/payments/$id", params: { id: String(row.id) } })}
        empty={<Empty>{words(isOfBank ? "none" : "noneYours")}</Empty>}
      />
    </Page>
  );
}
