import { expect, test } from "vitest";
import { sought } from "./things";

const UUID = "b1d2c3e4-5f60-8718-8293-a4b5c6d7e81c";

test.each([
  ["4711", { kind: "event", position: "4711" }],
  [" events/42 ", { kind: "event", position: "42" }],
  [UUID.toUpperCase(), { kind: "stream", uuid: UUID }],
  ["claims/4711", { kind: "record", path: "/reimbursements/4711" }],
  ["/expenses/7", { kind: "record", path: "/expenses/7" }],
  [`payments/cases/${UUID}`, { kind: "record", path: `/payments/cases/${UUID}` }],
  ["http://127.0.0.1:8000/app/claims/12", { kind: "record", path: "/reimbursements/12" }],
  ["expense/7", { kind: "record", path: "/expenses/7" }],
  ["a taxi", undefined],
  ["", undefined],
])("%s", (typed, expected) => {
  expect(sought(typed)).toEqual(expected);
});
