/** Customers of the intake forms, and what of theirs waits for staff. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Page, Section } from "../shared/ui/Page";
import { Pager } from "../shared/ui/Pager";
import { Empty, Shown } from "../shared/ui/States";
import { type Column, Table } from "../shared/ui/Table";
import { Day, Moment } from "../shared/ui/values";
import { useView } from "../shared/view";
import { useWords } from "../shared/words";
import { InstanceState } from "./InstanceState";
import {
  type Customer,
  customersQuery,
  definitionOf,
  definitionsQuery,
  type Instance,
  instancesQuery,
} from "./queries";

const ROWS = 50;

export function Customers() {
  const words = useWords("customers");
  const go = useNavigate();
  const { query: address, change } = useView();
  const maySeeForms = useMay("workflows:read");
  const query = { sort: "-registered_at", limit: String(ROWS), ...address };
  // The query of the address is the API's own; it says what of it is wrong.
  const customers = useQuery({ ...customersQuery(query as never), placeholderData: keepPreviousData });
  const columns: Column<Customer>[] = [
    {
      name: "last_name",
      label: words("name"),
      sortable: true,
      cell: (customer) => (
        <Link to="/customers/$id" params={{ id: String(customer.id) }}>
          {customer.first_name} {customer.last_name}
        </Link>
      ),
    },
    {
      name: "date_of_birth",
      label: words("born"),
      sortable: true,
      cell: (customer) => <Day on={customer.date_of_birth} />,
    },
    {
      name: "registered_at",
      label: words("registered"),
      sortable: true,
      cell: (customer) => <Moment at={customer.registered_at} />,
    },
  ];
  return (
    <Page title={words("title")} lead={words("lead")}>
      {maySeeForms && <Waiting />}
      <Shown query={customers}>
        {({ data }) =>
          data.data.length ? (
            <>
              <Table
                label={words("title")}
                rows={data.data as Customer[]}
                columns={columns}
                rowKey={(customer) => String(customer.id)}
                onOpen={(customer) => void go({ to: "/customers/$id", params: { id: String(customer.id) } })}
                sort={String(query.sort)}
                onSort={(sort) => change({ sort })}
                short
              />
              <Pager label={words("title")} page={data.page} />
            </>
          ) : (
            <Empty
              action={
                <a className="button" href="/workflows">
                  {words("openForms")}
                </a>
              }
            >
              {words("none")}
            </Empty>
          )
        }
      </Shown>
    </Page>
  );
}

/** What staff have to decide on, the oldest first. */
function Waiting() {
  const words = useWords("customers");
  const go = useNavigate();
  const definitions = useQuery(definitionsQuery);
  const waiting = useQuery(
    instancesQuery({ status: { eq: "awaiting" }, awaited_of: { eq: "staff" }, sort: ["started_at"], limit: ROWS }),
  );
  const title = (instance: Instance) =>
    definitionOf(instance, definitions.data?.data.data ?? [])?.title ?? instance.workflow;
  const columns: Column<Instance>[] = [
    {
      name: "workflow",
      label: words("workflow"),
      cell: (instance) => (
        <Link to="/workflow-instances/$id" params={{ id: String(instance.id) }}>
          {title(instance)}
        </Link>
      ),
    },
    { name: "state", label: words("state"), cell: (instance) => <InstanceState instance={instance} /> },
    { name: "started_at", label: words("begun"), cell: (instance) => <Moment at={instance.started_at} /> },
    {
      name: "due_at",
      label: words("due"),
      cell: (instance) => (instance.due_at ? <Moment at={instance.due_at} relative /> : "–"),
    },
  ];
  return (
    <Section title={words("waiting")}>
      <Shown query={waiting}>
        {({ data }) =>
          data.data.length ? (
            <Table
              label={words("workflow")}
              rows={data.data as Instance[]}
              columns={columns}
              rowKey={(instance) => String(instance.id)}
              onOpen={(instance) => void go({ to: "/workflow-instances/$id", params: { id: String(instance.id) } })}
              short
            />
          ) : (
            <p className="quiet">{words("nothingWaits")}</p>
          )
        }
      </Shown>
    </Section>
  );
}
