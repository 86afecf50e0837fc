import { expect, test } from "vitest";
import { sought } from "./things";

const UUID = "0b7c6c1e-5d0c-8a53-9c0e-3f1d2a4b5c6d";

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
