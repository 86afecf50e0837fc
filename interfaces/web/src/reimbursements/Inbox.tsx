import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Query } from "../shared/address";
import { useMe } from "../shared/api/me";
import { Page } from "../shared/ui/Page";
import { Pager } from "../shared/ui/Pager";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Moment, Money, Status } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { Decision } from "./Decision";
import { Many, type Refusal, Refusals } from "./Many";
import { type Claim, waitingQuery } from "./queries";
import { useKeys } from "./useKeys";
import "./reimbursements.css";

const AGAIN_MS = 15_000;

/** Where claims are decided: what waits beside the one that is read, all by keyboard. */
export function Inbox() {
  const words = useWords("reimbursements");
  const go = useNavigate();
  const me = useMe();
  const asked = useSearch({ strict: false }) as Query;
  const cursor = typeof asked.cursor === "string" ? asked.cursor : undefined;
  const opened = typeof asked.claim === "string" ? asked.claim : undefined;
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [refusals, setRefusals] = useState<Refusal[]>([]);
  const [decided, setDecided] = useState<number>();
  // From anywhere on the screen the keys of the list lead back into it.
  useKeys({ j: toList, k: toList, x: toList });
  const waiting = useQuery({
    ...waitingQuery(me.bank_uid, cursor),
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
  });
  const rows = (waiting.data?.data.data ?? []) as Claim[];
  const picked = rows.filter(({ id }) => chosen.has(String(id)));

  function open(id: string | undefined): void {
    void go({ to: "/inbox", search: { ...asked, claim: id } as never, resetScroll: false });
  }
  /** After a decision the list waits at the next one. It does not open: a second click would decide it unread. */
  function goOn(id: number): void {
    setDecided(id);
    open(undefined);
  }
  // The button that was pressed is gone, and then the row of what was decided is.
  useEffect(() => {
    if (decided !== undefined && !opened && rows.length && document.activeElement === document.body) toList();
  }, [decided, opened, rows]);
  const total = waiting.data?.data.page.count ?? rows.length;
  return (
    <Page
      title={words("inbox")}
      lead={waiting.data && words("inboxLead", { count: total })}
      actions={<span className="quiet small">{words("inboxKeys")}</span>}
    >
      <Shown query={waiting}>
        {({ data }) => (
          <div className="inbox">
            <div className="stack">
              {rows.length ? (
                <Waiting {...{ rows, opened, chosen, choose, open }} />
              ) : (
                <Empty action={<Link to="/claims">{words("inboxDoneNext")}</Link>}>{words("inboxDone")}</Empty>
              )}
              <Pager label={words("inbox")} page={data.page} />
            </div>
            <div className="decision stack">
              {refusals.length > 0 && <Refusals refusals={refusals} onRead={() => setRefusals([])} />}
              {picked.length ? (
                <Many claims={picked} choose={choose} onRefused={setRefusals} />
              ) : opened ? (
                <Decision key={opened} id={opened} onDecided={goOn} />
              ) : (
                rows.length > 0 && <p className="quiet">{words(decided === undefined ? "choose" : "chooseNext")}</p>
              )}
            </div>
          </div>
        )}
      </Shown>
    </Page>
  );
}

function toList(): void {
  document.querySelector<HTMLElement>(".inbox tbody tr[tabindex='0']")?.focus({ preventScroll: true });
}

type WaitingProps = {
  rows: Claim[];
  opened: string | undefined;
  chosen: ReadonlySet<string>;
  choose: (chosen: ReadonlySet<string>) => void;
  open: (id: string) => void;
};

function Waiting({ rows, opened, chosen, choose, open }: WaitingProps) {
  const words = useWords("reimbursements");
  // The keys work from the start: the first row has them.
  useEffect(() => {
    if (document.activeElement === document.body) toList();
  }, []);
  const columns: Column<Claim>[] = [
    {
      name: "member_name",
      label: words("member"),
      cell: (claim) => (
        <>
          {claim.member_name}
          {String(claim.id) === opened && <span className="small quiet"> · {words("opened")}</span>}
          <span className="about">{claim.description}</span>
          {claim.duplicate_of && (
            <span className="about small">
              <Status mood="wait">{words("flagged")}</Status>
            </span>
          )}
          {claim.endorsed_by_name && (
            <span className="about small quiet">{words("endorsedShort", { name: claim.endorsed_by_name })}</span>
          )}
        </>
      ),
    },
    {
      name: "amount",
      label: words("amount"),
      amount: true,
      cell: (claim) => (
        <>
          <Money amount={claim.amount} currency={claim.currency} />
          <span className="about small quiet">
            <Moment at={claim.submitted_at} relative />
          </span>
        </>
      ),
    },
  ];
  return (
    <Table
      label={words("waitingList")}
      rows={rows}
      columns={columns}
      rowKey={(claim) => String(claim.id)}
      rowName={(claim) => `${claim.member_name}, ${claim.description}`}
      onOpen={(claim) => open(String(claim.id))}
      selection={{ chosen, choose }}
    />
  );
}
