import type { operations } from "daybook-client";
import { api, type Schemas } from "../shared/api/client";
import { asking } from "../shared/api/queries";

export type Customer = Required<Schemas["Customer"]>;
export type Instance = Required<Omit<Schemas["WorkflowInstance"], "awaited">> & { awaited: string[] };
export type Decision = { name: string; title: string };
export type Step = { name: string; type: string; title: string; decisions?: Decision[] };
export type Definition = Required<Omit<Schemas["WorkflowDefinition"], "steps">> & { steps: Step[] };
type CustomersAsked = NonNullable<operations["listCustomers"]["parameters"]["query"]>;
type InstancesAsked = NonNullable<operations["listWorkflowInstances"]["parameters"]["query"]>;

export const customersQuery = (query: CustomersAsked) =>
  asking(["customers", query], (signal) => api.GET("/customers", { params: { query }, signal }));

export const customerQuery = (id: string) =>
  asking(["customer", id], (signal) =>
    api.GET("/customers/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

/** The last twelve months that statements tell of. */
export const cashFlowQuery = (id: string) =>
  asking(["cash flow", id], (signal) =>
    api.GET("/customers/{record_id}/cashflow", {
      params: { path: { record_id: id }, query: { months: 12 } },
      signal,
    }),
  );

export const instancesQuery = (query: InstancesAsked) =>
  asking(["workflow instances", query], (signal) => api.GET("/workflow-instances", { params: { query }, signal }));

/** One way through a workflow, with the tag that a decision on it is bound to. */
export const instanceQuery = (id: string) =>
  asking(["workflow instance", id], (signal) =>
    api.GET("/workflow-instances/{record_id}", { params: { path: { record_id: id } }, signal }),
  );

export const definitionsQuery = asking(["workflow definitions"], (signal) =>
  api.GET("/workflow-definitions", { params: { query: { limit: 200 } }, signal }),
);

/** The definition of the version that somebody goes through. */
export function definitionOf(instance: Instance, definitions: readonly unknown[]): Definition | undefined {
  return (definitions as Definition[]).find(
    ({ name, workflow_version: version }) => name === instance.workflow && version === instance.workflow_version,
  );
}

export function stepTitle(name: string, definition: Definition | undefined): string {
  return definition?.steps.find((step) => step.name === name)?.title ?? name;
}
