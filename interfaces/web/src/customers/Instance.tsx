/** One way through a form: how far it is, what staff decide, and what happened. */

import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { api, type Schemas } from "../shared/api/client";
import { fieldErrors, useCommand } from "../shared/api/commands";
import { useMay } from "../shared/api/me";
import { Choice, TextArea } from "../shared/ui/Fields";
import { CommandForm, entry } from "../shared/ui/Form";
import { Page, Section } from "../shared/ui/Page";
import { Shown } from "../shared/ui/States";
import { Timeline } from "../shared/ui/Timeline";
import { say } from "../shared/ui/toasts";
import { Facts, Moment } from "../shared/ui/values";
import { useWords } from "../shared/words";
import { InstanceState } from "./InstanceState";
import { definitionOf, definitionsQuery, type Instance, instanceQuery, type Step } from "./queries";
import { useTelling } from "./telling";
import "./customers.css";

export function OneInstance() {
  const { id } = useParams({ from: "/signed-in/workflow-instances/$id" });
  const instance = useQuery(instanceQuery(id));
  return <Shown query={instance}>{({ data, etag }) => <Known instance={data as Instance} etag={etag} />}</Shown>;
}

function Known({ instance, etag }: { instance: Instance; etag: string }) {
  const words = useWords("customers");
  const telling = useTelling();
  const mayReview = useMay("workflows:review");
  const definitions = useQuery(definitionsQuery);
  const definition = definitionOf(instance, definitions.data?.data.data ?? []);
  const awaited = definition?.steps.find(({ name, type }) => instance.awaited.includes(name) && type === "review");
  return (
    <Page title={definition?.title ?? instance.workflow} lead={<InstanceState instance={instance} />}>
      <Facts
        facts={[
          [words("begun"), <Moment key="begun" at={instance.started_at} />],
          ...(instance.due_at ? [fact(words("due"), <Moment at={instance.due_at} />)] : []),
          ...(instance.customer_uid
            ? [
                fact(
                  words("customer"),
                  <Link to="/customers/$id" params={{ id: instance.customer_uid }}>
                    {words("toCustomer")}
                  </Link>,
                ),
              ]
            : []),
        ]}
      />
      {mayReview && awaited && instance.awaited_of === "staff" && (
        <Review key={awaited.name} instance={instance} etag={etag} step={awaited} />
      )}
      <Timeline path={`/workflow-instances/${instance.uid}`} telling={telling} />
    </Page>
  );
}

const fact = (name: string, value: ReactNode): [ReactNode, ReactNode] => [name, value];

function Review({ instance, etag, step }: { instance: Instance; etag: string; step: Step }) {
  const words = useWords("customers");
  const shared = useWords("shared");
  const decisions = step.decisions ?? [];
  const review = useCommand(
    (body: Schemas["StepReview"], header) =>
      api.POST("/workflow-instances/{record_id}/review", {
        body,
        params: { path: { record_id: instance.uid }, header: { ...header, "If-Match": etag } },
      }),
    {
      onDone: (_, { values }) => {
        const made = decisions.find(({ name }) => name === values.decision);
        say(words("decided", { decision: made?.title ?? String(values.decision) }));
      },
    },
  );
  const wrong = fieldErrors(review.error);
  return (
    <Section title={words("decide")}>
      <div className="card review">
        <CommandForm
          command={review}
          action={words("send")}
          body={(form): Schemas["StepReview"] => ({
            step: step.name,
            values: {
              decision: entry(form, "values.decision"),
              ...(entry(form, "values.remark") ? { remark: entry(form, "values.remark") } : {}),
            },
          })}
        >
          <Choice
            name="values.decision"
            label={words("decision")}
            hint={step.title}
            // Nothing is chosen for whoever decides.
            empty={`(${shared("none")})`}
            options={decisions.map(({ name, title }) => ({ value: name, label: title }))}
            errors={wrong["values.decision"]}
            isRequired
          />
          <TextArea name="values.remark" label={words("remark")} hint={words("remarkHint")} maxLength={500} />
        </CommandForm>
      </div>
    </Section>
  );
}
