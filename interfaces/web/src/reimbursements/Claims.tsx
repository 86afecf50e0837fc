import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { Query } from "../shared/address";
import { useMay, useMe } from "../shared/api/me";
import { Page } from "../shared/ui/Page";
import { Pager } from "../shared/ui/Pager";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Views } from "../shared/ui/Views";
import { Day, Moment, Money } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { type Claim, claimsQuery, ownAccountsQuery } from "./queries";
import { Standing } from "./Standing";
import "./reimbursements.css";

type Narrowed = [
  name: "all" | "waiting" | "approved" | "settled" | "denied" | "withdrawn",
  query: Record<string, string>,
][];
const VIEWS: Narrowed = [
  ["all", {}],
  ["waiting", { status: "pending" }],
  ["approved", { status: "approved" }],
  ["settled", { payment_status: "settled" }],
  ["denied", { status: "denied" }],
  ["withdrawn", { include: "withdrawn", "withdrawn_at[is_null]": "false" }],
];

const ALL = { status: undefined, payment_status: undefined, include: undefined, "withdrawn_at[is_null]": undefined };

/** The claims of a person, or all that they may see. */
export function Claims() {
  const words = useWords("reimbursements");
  const { query: asked, change } = useView();
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
      <Views
        label={words("view")}
        tabs={VIEWS.map(([name, view]) => ({
          name: words(name),
          told: <Counted name={name} counts={claims.data?.data.counts} isTrue={!asked.include} />,
          changes: { ...ALL, ...view },
          isCurrent: isView(asked, view),
        }))}
        beside={
          mine !== undefined && (
            <label className="check">
              <input
                type="checkbox"
                checked={isOnlyOwn}
                onChange={() => change({ bank_member_id: isOnlyOwn ? undefined : String(mine) })}
              />
              {words("onlyOwn")}
            </label>
          )
        }
      />
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
                onSort={(sort) => change({ sort })}
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
            <Pager label={words("claims")} page={data.page} />
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
