import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Thing } from "../shared/ui/Thing";
import { Facts, Moment, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { useBookName } from "./books";
import { type Entry, entryQuery } from "./queries";

/** One entry: both of its sides, and what it follows from. */
export function EntryPage() {
  const words = useWords("ledger");
  const { id } = useParams({ from: "/signed-in/ledger/entries/$id" });
  const query = useQuery(entryQuery(id));
  const entry = query.data?.data as Entry | undefined;
  return (
    <Page
      title={words("entry", { id: String(entry?.id ?? id) })}
      lead={entry && words(`occasions.${entry.occasion}`)}
      actions={
        <Link to="/ledger/entries" className="button">
          {words("allEntries")}
        </Link>
      }
    >
      <Shown query={query}>{({ data }) => <Whole entry={data as Entry} />}</Shown>
    </Page>
  );
}

function Whole({ entry }: { entry: Entry }) {
  const words = useWords("ledger");
  const mayReadEvents = useMay("events:read");
  const name = useBookName()(entry);
  return (
    <>
      <Sides entry={entry} />
      <Section title={words("follows")}>
        <Facts
          facts={[
            [words("occasion"), words(`occasions.${entry.occasion}`)],
            [words("posted"), <Moment key="posted" at={entry.posted_at} />],
            [words("bank"), name],
            [
              words("payment"),
              entry.payment_uid ? (
                <Thing key="payment" of="payments" id={entry.payment_uid}>
                  {words("openPayment")}
                </Thing>
              ) : (
                words("noPayment")
              ),
            ],
            [
              words("claim"),
              <Thing key="claim" of="reimbursements" id={entry.reimbursement_uid}>
                {words("openClaim")}
              </Thing>,
            ],
            ...(mayReadEvents
              ? [[words("event"), <EventOf key="event" id={entry.id} />] as [string, React.ReactNode]]
              : []),
          ]}
        />
      </Section>
    </>
  );
}

/** An entry has the number of the event that it was posted for. */
function EventOf({ id }: { id: number }) {
  const words = useWords("shared");
  return (
    <Link to="/events/$position" params={{ position: String(id) }}>
      {words("event", { position: id })}
    </Link>
  );
}

type Side = { side: "debit" | "credit"; account: Entry["debit_account"] };

function Sides({ entry }: { entry: Entry }) {
  const words = useWords("ledger");
  const { amount, currency } = entry;
  const money = <Money amount={amount} currency={currency} />;
  const rows: Side[] = [
    { side: "debit", account: entry.debit_account },
    { side: "credit", account: entry.credit_account },
  ];
  const columns: Column<Side>[] = [
    {
      name: "account",
      label: words("account"),
      cell: ({ account }) => (
        <Link to="/ledger/entries" search={{ account, bank_uid: entry.bank_uid, currency } as never}>
          {words(`accounts.${account}`)}
        </Link>
      ),
    },
    ...(["debit", "credit"] as const).map((side) => ({
      name: side,
      label: words(side),
      amount: true,
      cell: (row: Side) => (row.side === side ? money : null),
      total: money,
    })),
  ];
  return <Table label={words("sides")} rows={rows} columns={columns} rowKey={({ side }) => side} short />;
}
