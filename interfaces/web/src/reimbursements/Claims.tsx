import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { Query } from "../shared/address";
import { useMay, useMe } from "../shared/api/me";
import { Page } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Day, Moment, Money } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { type Claim, claimsQuery, ownAccountsQuery } from "./queries";
import { Standing } from "./Standing";
import "./reimbursements.css";

type Views = [name: "all" | "waiting" | "approved" | "settled" | "denied" | "withdrawn", query: Query][];
const VIEWS: Views = [
  ["all", {}],
  ["waiting", { status: "pending" }],
  ["approved", { status: "approved" }],
  ["settled", { payment_status: "settled" }],
  ["denied", { status: "denied" }],
  ["withdrawn", { include: "withdrawn", "withdrawn_at[is_null]": "false" }],
];

/** The claims of a person, or all that they may see. */
export function Claims() {
  const words = useWords("reimbursements");
  const said = useWords("shared");
  const asked = useSearch({ strict: false }) as Query;
  const go = useNavigate();
  const me = useMe();
  const maySubmit = useMay("claims:submit");
  const seesAll = me.roles.some((role) => role !== "member");
  const own = useQuery({ ...ownAccountsQuery(me.uid ?? ""), enabled: maySubmit && seesAll });
  const query = { sort: "-submitted_at", limit: "50", ...asked };
  // The query of the address is the API's own; it says what of it is wrong.
  const claims = useQuery({
    ...claimsQuery(query as never, seesAll ? me.bank_uid : null),
    placeholderData: keepPreviousData,
  });

  const columns: Column<Claim>[] = [
    {
      name: "description",
      label: words("what"),
      cell: (claim) => (
        <Link to="/claims/$id" params={{ id: String(claim.id) }}>
          {claim.description}
        </Link>
      ),
    },
    ...(seesAll ? [{ name: "member_name", label: words("member"), cell: (claim: Claim) => claim.member_name }] : []),
    {
      name: "amount",
      label: words("amount"),
      amount: true,
      sortable: true,
      cell: (claim) => <Money amount={claim.amount} currency={claim.currency} />,
    },
    { name: "status", label: words("standing"), cell: (claim) => <Standing claim={claim} /> },
    { name: "incurred_on", label: words("spentOn"), sortable: true, cell: (claim) => <Day on={claim.incurred_on} /> },
    {
      name: "submitted_at",
      label: words("submitted"),
      sortable: true,
      cell: (claim) => <Moment at={claim.submitted_at} />,
    },
  ];
  const mine = own.data?.member?.id;
  const isOnlyOwn = mine !== undefined && asked.bank_member_id === String(mine);
  return (
    <Page
      title={words("claims")}
      lead={seesAll ? words("allClaims") : words("claimsLead")}
      actions={
        <>
          {seesAll && (
            <Link
              to={"/explore/$collection" as never}
              params={{ collection: "reimbursements" } as never}
              search={{ ...asked, cursor: undefined } as never}
            >
              {words("explore")}
            </Link>
          )}
          {maySubmit && (
            <Link to="/claims/new" className="button main">
              {words("newClaim")}
            </Link>
          )}
        </>
      }
    >
      <nav className="tabs" aria-label={words("view")}>
        {VIEWS.map(([name, view]) => (
          <Link
            key={name}
            to="/claims"
            search={{ ...view, ...(isOnlyOwn ? { bank_member_id: String(mine) } : {}) } as never}
            className="tab"
            activeOptions={{ exact: true }}
            aria-current={isView(asked, view) ? "page" : undefined}
          >
            {words(name)} <Counted name={name} counts={claims.data?.data.counts} isTrue={!asked.include} />
          </Link>
        ))}
        {mine !== undefined && (
          <label className="check">
            <input
              type="checkbox"
              checked={isOnlyOwn}
              onChange={() =>
                void go({ to: "/claims", search: changed(asked, isOnlyOwn ? "" : String(mine)) as never })
              }
            />
            {words("onlyOwn")}
          </label>
        )}
      </nav>
      <Shown query={claims}>
        {({ data }) => (
          <>
            {data.data.length ? (
              <Table
                label={words("claims")}
                rows={data.data as Claim[]}
                columns={columns}
                rowKey={(claim) => String(claim.id)}
                onOpen={(claim) => void go({ to: "/claims/$id", params: { id: String(claim.id) } })}
                sort={String(query.sort)}
                onSort={(sort) => void go({ to: "/claims", search: { ...asked, cursor: undefined, sort } as never })}
              />
            ) : (
              <Empty
                action={
                  maySubmit && (
                    <Link to="/claims/new" className="button">
                      {words("newClaim")}
                    </Link>
                  )
                }
              >
                {Object.keys(asked).length || seesAll ? words("noSuchClaims") : words("noClaims")}
              </Empty>
            )}
            <div className="pager">
              {data.page.prev ? (
                <Link to="/claims" search={{ ...asked, cursor: data.page.prev } as never}>
                  {said("previous")}
                </Link>
              ) : (
                <span />
              )}
              {data.page.next && (
                <Link to="/claims" search={{ ...asked, cursor: data.page.next } as never}>
                  {said("next")}
                </Link>
              )}
            </div>
          </>
        )}
      </Shown>
    </Page>
  );
}

type Counts = { pending: number; approved: number; denied: number };

/** How many claims are of this status, where the answer tells that of all that are seen. */
function Counted({ name, counts, isTrue }: { name: string; counts: Counts | undefined; isTrue: boolean }) {
  const number = { waiting: counts?.pending, approved: counts?.approved, denied: counts?.denied }[name];
  return isTrue && number !== undefined ? <span className="number small">{number}</span> : null;
}

function isView(asked: Query, view: Query): boolean {
  return ["status", "payment_status", "include"].every((name) => asked[name] === view[name]);
}

function changed(asked: Query, member: string): Query {
  const { cursor: _, bank_member_id: __, ...rest } = asked;
  return member ? { ...rest, bank_member_id: member } : rest;
}
