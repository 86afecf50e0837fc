import { expect, test } from "vitest";
import { payouts } from "./fixture";
import { chosenOf, filtersOf, joined, midnight, toggled } from "./narrowing";
import type { Filter } from "./view";

const said = (filters: Filter[] | undefined) =>
  filters?.map(({ field, operator, text }) => `${field}[${operator}]=${text}`);

test("a group is its values, its currency and the days of its period", () => {
  const group = { status: "paid", "date:month": "2024-02-01", currency: "EUR", count: 3 };
  expect(said(filtersOf(payouts, ["status", "date:month"], group, "UTC"))).toEqual([
    "status[eq]=paid",
    "date[between]=2024-02-01,2024-02-29",
    "currency[eq]=EUR",
  ]);
  expect(said(filtersOf(payouts, ["purpose"], { purpose: null }, "UTC"))).toEqual(["purpose[is_null]=true"]);
});

test("a day of times goes from local midnight to local midnight, be it 23 hours long", () => {
  expect(said(filtersOf(payouts, ["paid_at:day"], { "paid_at:day": "2026-03-29" }, "Europe/Berlin"))).toEqual([
    "paid_at[gte]=2026-03-28T23:00:00Z",
    "paid_at[lt]=2026-03-29T22:00:00Z",
  ]);
  expect(midnight("2026-11-01", "America/New_York")).toBe("2026-11-01T04:00:00Z");
});

test("what no filter can say is no filter", () => {
  expect(filtersOf(payouts, ["terms"], { terms: "x" }, "UTC")).toBeUndefined();
});

test("a value is added to those chosen, and taken away again", () => {
  const one = toggled([], "purpose", "Rent, heating");
  expect(said(one)).toEqual(["purpose[eq]=Rent, heating"]);
  const two = toggled(one, "purpose", "Travel");
  expect(said(two)).toEqual(['purpose[in]="Rent, heating",Travel']);
  expect(chosenOf(two, "purpose")).toEqual(["Rent, heating", "Travel"]);
  expect(said(toggled(two, "purpose", "Travel"))).toEqual(said(one));
  expect(toggled(one, "purpose", "Rent, heating")).toEqual([]);
});

test("missing takes the place of values, and other filters stay", () => {
  const other: Filter = { field: "amount", operator: "gte", text: "5" };
  const chosen: Filter = { field: "purpose", operator: "eq", text: "a" };
  const missing = toggled([other, chosen], "purpose", null);
  expect(said(missing)).toEqual(["amount[gte]=5", "purpose[is_null]=true"]);
  expect(said(toggled(missing, "purpose", "a"))).toEqual(["amount[gte]=5", "purpose[eq]=a"]);
});

test("no filter comes twice", () => {
  const filter: Filter = { field: "status", operator: "eq", text: "paid" };
  expect(joined([filter], [{ ...filter }])).toEqual([filter]);
});
