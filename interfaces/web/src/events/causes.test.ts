import { expect, test } from "vitest";
import { type Command, causes } from "./causes";
import type { Catalogued, EventRow, Reaction } from "./queries";

const CLAIM = "claim-uid";
const PAYMENT = "payment-uid";

function event(
  position: number,
  name: string,
  actor: string,
  causation: string,
  more: Partial<EventRow> = {},
): EventRow {
  return {
    position,
    name,
    actor,
    causation_id: causation,
    stream_id: CLAIM,
    version: 1,
    data: {},
    correlation_id: "one",
    recorded_at: "2026-03-14T12:00:00Z",
    ...more,
  };
}

const EVENTS = [
  event(4, "payment.submitted.v1", "reaction:submit payments", "c", { stream_id: PAYMENT }),
  event(1, "reimbursement.approved.v1", "user:ruth", "a"),
  event(2, "payment.scheduled.v1", "reaction:schedule payments", "b", { stream_id: PAYMENT }),
  event(3, "mail.sent.v1", "reaction:mail approvals", "d", { data: { reaction_id: "r2" } }),
];
const REACTIONS: Reaction[] = [
  { uid: "r1", policy: "schedule payments", position: 1, subject: CLAIM },
  { uid: "r2", policy: "mail approvals", position: 1, subject: CLAIM },
  { uid: "r3", policy: "submit payments", position: 2, subject: PAYMENT },
];

/** Each command as its first event and what followed. */
function shape(commands: Command[]): unknown[] {
  return commands.map(({ lines, children }) => [lines[0]?.name.split(".")[1], ...shape(children)]);
}

test("reactions stand below the event that they answer", () => {
  expect(shape(causes(EVENTS, REACTIONS, []))).toEqual([["approved", ["scheduled", ["submitted"]], ["sent"]]]);
});

test("without reactions, the last event that the policy takes in is what led to it", () => {
  const takes = (name: string, policy: string) =>
    ({ name, taken_in_by: { policies: [policy] } }) as unknown as Catalogued;
  const catalogue = [
    takes("reimbursement.approved.v1", "schedule payments"),
    takes("payment.scheduled.v1", "submit payments"),
  ];
  expect(shape(causes(EVENTS.slice(0, 3), [], catalogue))).toEqual([["approved", ["scheduled", ["submitted"]]]]);
});

test("many events of one name in a command are one line", () => {
  const rows = Array.from({ length: 5 }, (_, at) => event(at + 2, "expense.recorded.v2", "local:operator", "import"));
  const [command] = causes([event(1, "import.started.v1", "local:operator", "import"), ...rows], [], []);
  expect(command?.lines.map(({ name, events }) => [name, events.length])).toEqual([
    ["import.started.v1", 1],
    ["expense.recorded.v2", 5],
  ]);
});

test("what begins a correlation anew stands beside it", () => {
  const both = [event(1, "a.b.v1", "user:ruth", "one"), event(2, "a.b.v1", "user:ruth", "two")];
  expect(shape(causes(both, [], []))).toEqual([["b"], ["b"]]);
});
