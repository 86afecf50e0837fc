/** The accounts that money is paid to: one's own, or those of the bank for whoever keeps or checks it. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMay, useMe } from "../shared/api/me";
import { Listing } from "../shared/ui/Listing";
import { Page } from "../shared/ui/Page";
import { Empty } from "../shared/ui/States";
import { Choices, Search } from "../shared/ui/Views";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { useAccountColumns } from "./AccountTable";
import { OpenAccount } from "./OpenAccount";
import { type Account, accounts, type Member, memberOf } from "./queries";

export function Accounts() {
  const words = useWords("banks.accounts");
  const states = useWords("banks.states");
  const shared = useWords("shared");
  const go = useNavigate();
  const me = useMe();
  const isOfBank = useMay("banks:write", "ledger:read");
  const opens = useMay("accounts:write");
  const self = useQuery({ ...memberOf(me.uid ?? ""), enabled: Boolean(me.uid) });
  const asMember = self.data?.data.data[0] as Member | undefined;
  const { query } = useView();
  const found = useQuery({ ...accounts(query), placeholderData: keepPreviousData });
  const open = opens && (isOfBank ? <OpenAccount /> : asMember && <OpenAccount member={asMember} />);
  return (
    <Page title={words(isOfBank ? "title" : "yours")} lead={words(isOfBank ? "lead" : "yourLead")} actions={open}>
      <div className="row spread">
        <Choices
          label={words("which")}
          name="status"
          options={[
            ["", shared("all")],
            ["open", states("open")],
            ["closed", states("closed")],
          ]}
        />
        {isOfBank && <Search name="holder[contains]" label={words("search")} />}
      </div>
      <Listing<Account>
        query={found}
        label={words("title")}
        rowKey={(row) => row.uid}
        columns={useAccountColumns()}
        onOpen={(row) => void go({ to: "/accounts/$id", params: { id: String(row.id) } })}
        empty={<Empty>{words(isOfBank ? "none" : "noneYours")}</Empty>}
      />
    </Page>
  );
}
