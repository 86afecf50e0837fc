/** One customer: what came in and went out, what they handed in, and what happened. */

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMay } from "../shared/api/me";
import { Page, Section } from "../shared/ui/Page";
import { Empty, Shown } from "../shared/ui/States";
import { Timeline } from "../shared/ui/Timeline";
import { Day, Facts, Moment } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { CashFlow } from "./CashFlow";
import { InstanceState } from "./InstanceState";
import {
  type Customer,
  cashFlowQuery,
  customerQuery,
  definitionOf,
  definitionsQuery,
  type Instance,
  instancesQuery,
} from "./queries";
import { useTelling } from "./telling";

export function OneCustomer() {
  const { id } = useParams({ from: "/signed-in/customers/$id" });
  const customer = useQuery(customerQuery(id));
  return <Shown query={customer}>{({ data }) => <Known customer={data as Customer} />}</Shown>;
}

function Known({ customer }: { customer: Customer }) {
  const words = useWords("customers");
  const telling = useTelling();
  const maySeeForms = useMay("workflows:read");
  const flow = useQuery(cashFlowQuery(customer.uid));
  const instances = useQuery({
    ...instancesQuery({ customer_uid: { eq: customer.uid }, sort: ["-started_at"], limit: 20 }),
    enabled: maySeeForms,
  });
  const known = (instances.data?.data.data ?? []) as Instance[];
  return (
    <Page title={`${customer.first_name} ${customer.last_name}`}>
      <Facts
        facts={[
          [words("born"), <Day key="born" on={customer.date_of_birth} />],
          [words("registered"), <Moment key="registered" at={customer.registered_at} />],
        ]}
      />
      <Section title={words("cashFlow")}>
        <Shown query={flow}>
          {({ data }) => (data.data.length ? <CashFlow flow={data} /> : <Empty>{words("noCashFlow")}</Empty>)}
        </Shown>
      </Section>
      {maySeeForms && (
        <Section title={words("handedIn")}>
          <Shown query={instances}>
            {() => (known.length ? <Instances instances={known} /> : <Empty>{words("noInstances")}</Empty>)}
          </Shown>
        </Section>
      )}
      {(!maySeeForms || instances.data) && (
        <Timeline
          path={`/customers/${customer.uid}`}
          beside={known.map(({ uid }) => `/workflow-instances/${uid}`)}
          telling={telling}
        />
      )}
    </Page>
  );
}

function Instances({ instances }: { instances: Instance[] }) {
  const definitions = useQuery(definitionsQuery);
  return (
    <ul className="stack customer-forms">
      {instances.map((instance) => (
        <li key={instance.id} className="card row spread">
          <Link to="/workflow-instances/$id" params={{ id: String(instance.id) }}>
            {definitionOf(instance, definitions.data?.data.data ?? [])?.title ?? instance.workflow}
          </Link>
          <InstanceState instance={instance} />
          <Moment at={instance.started_at} />
        </li>
      ))}
    </ul>
  );
}
