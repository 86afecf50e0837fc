import { expect, test } from "vitest";
import { drawn } from "./series";

const groups = [
  { status: "paid", currency: "EUR", count: 2, "sum:amount": "10.50" },
  { status: "paid", currency: "USD", count: 1, "sum:amount": "7.00" },
  { status: "pending", currency: "EUR", count: 5, "sum:amount": "1.00" },
];

test("amounts of several currencies are a series each", () => {
  const { x, by, series, kind } = drawn(groups, ["status"], "sum:amount", undefined);
  expect([x, by, kind]).toEqual([["paid", "pending"], "currency", "bars"]);
  expect(series.map(({ of, values }) => [of, values])).toEqual([
    ["EUR", ["10.50", "1.00"]],
    ["USD", ["7.00", null]],
  ]);
});

test("what is counted is added over currencies", () => {
  const { x, series } = drawn(groups, ["status"], "count", undefined);
  expect([x, series.map(({ values }) => values)]).toEqual([["pending", "paid"], [["5", "3"]]]);
});

test("with a second part of the key, one currency is drawn", () => {
  const months = [
    { "date:month": "2024-01-01", status: "paid", currency: "EUR", "sum:amount": "1.00" },
    { "date:month": "2024-03-01", status: "pending", currency: "EUR", "sum:amount": "2.00" },
    { "date:month": "2024-03-01", status: "pending", currency: "USD", "sum:amount": "99.00" },
  ];
  const { x, series, kind } = drawn(months, ["date:month", "status"], "sum:amount", "EUR");
  expect([x, kind]).toEqual([["2024-01-01", "2024-02-01", "2024-03-01"], "lines"]);
  expect(series.map(({ of, values }) => [of, values])).toEqual([
    ["paid", ["1.00", "0", "0"]],
    ["pending", ["0", "0", "2.00"]],
  ]);
});

test("an average of nothing is nothing", () => {
  const days = ["2024-01-01", "2024-03-01"].map((day) => ({ "date:month": day, "avg:amount": "2.000000" }));
  expect(drawn(days, ["date:month"], "avg:amount", undefined).series[0]?.values).toEqual([
    "2.000000",
    null,
    "2.000000",
  ]);
});
