import { expect, test } from "vitest";
import { changed, parseQuery, type Query, writeQuery } from "../shared/address";
import { payouts } from "./fixture";
import { mended } from "./mending";
import { asked, columnsOf, grouped, readFilters, toGroups, toRows, whole, withFilters } from "./view";

const address = "?status=pending&amount[gte]=1400&sort=-amount&fields=status,amount&limit=25&cursor=abc&include=voided";

test("an address is read as filters and the rest, and written as it was", () => {
  const query = parseQuery(address);
  expect(readFilters(payouts, query)).toEqual([
    { field: "status", operator: "eq", text: "pending" },
    { field: "amount", operator: "gte", text: "1400" },
  ]);
  expect(writeQuery(query)).toBe(address);
});

test.each([
  'purpose[in]="Rent, heating",Travel,"5"" pipe"',
  "purpose=Müller %26 Söhne %2B Co",
  "purpose=a=b%26c%23d%25",
  "paid_at[gte]=2026-03-29T02:30:00%2B01:00",
  "amount[gte]=1&amount[gte]=2",
  "nonsense[[=x",
])("filters survive being read and written: %s", (text) => {
  const query = parseQuery(`?${text}`);
  const again = withFilters(payouts, query, readFilters(payouts, query));
  expect(parseQuery(writeQuery(again))).toEqual(query);
});

test("equal to an empty text stays in the address", () => {
  const query = withFilters(payouts, {}, [{ field: "purpose", operator: "eq", text: "" }]);
  expect(parseQuery(writeQuery(query))).toEqual({ "purpose[in]": '""' });
});

test("another filter, order or number of rows begins at the first page", () => {
  const query = parseQuery(address);
  expect(withFilters(payouts, query, [])).toEqual({
    sort: "-amount",
    fields: "status,amount",
    limit: "25",
    include: "voided",
  });
  expect(changed(query, { sort: "id" })).not.toHaveProperty("cursor");
  expect(changed(query, { sort: undefined })).not.toHaveProperty("sort");
});

test("a word of the grammar that means nothing here is taken for a filter, so that it can be removed", () => {
  expect(readFilters({ ...payouts, hidden: null }, { include: "voided" })).toHaveLength(1);
});

test("groups keep the filters and drop what is of pages, and back", () => {
  const groups = toGroups(payouts, parseQuery(address));
  expect(groups).toEqual({
    status: "pending",
    "amount[gte]": "1400",
    include: "voided",
    by: "status",
    measures: "sum:amount,count",
    totals: "true",
  });
  expect(toRows({ ...groups, sort: "-count" })).toEqual({
    status: "pending",
    "amount[gte]": "1400",
    include: "voided",
  });
});

test("an order by what is grouped by no more goes; times are grouped by the reader's clocks, and stay so", () => {
  const query: Query = { by: "status", measures: "count", sort: "-sum:amount,status" };
  expect(grouped(payouts, query, ["paid_at:day"], ["count"], "Europe/Berlin")).toEqual({
    by: "paid_at:day",
    measures: "count",
    totals: "true",
    tz: "Europe/Berlin",
  });
  const elsewhere = { ...query, tz: "America/New_York" };
  expect(grouped(payouts, elsewhere, ["paid_at:day", "status"], ["count"], "Europe/Berlin")).toMatchObject({
    tz: "America/New_York",
    sort: "status",
  });
  expect(grouped(payouts, elsewhere, ["date:month"], ["count"], "Europe/Berlin")).not.toHaveProperty("tz");
});

test("amounts are never shown without their currency", () => {
  expect(asked(payouts, { fields: "amount" })).toEqual({ fields: "amount,currency" });
  expect(asked(payouts, { fields: "status" })).toEqual({ fields: "status" });
  expect(asked(payouts, {})).toEqual({});
});

test("usual columns are those for people, and what the view is about", () => {
  expect(columnsOf(payouts, {})).toEqual(["id", "status", "purpose", "amount", "date", "paid_at"]);
  expect(columnsOf(payouts, { fields: "version,amount" })).toEqual(["id", "version", "amount"]);
});

test("a file has all rows of the view", () => {
  expect(whole(parseQuery(address))).toEqual({
    status: "pending",
    "amount[gte]": "1400",
    sort: "-amount",
    fields: "status,amount",
    include: "voided",
  });
});

test("what the API says is nearest takes the place of what it does not know", () => {
  const fault = { detail: "", nearest: "status", got: "staus" };
  const unknown = { ...fault, code: "unknown_parameter", parameter: "staus[in]" };
  expect(mended({ "staus[in]": "a", limit: "5" }, unknown)).toEqual({ "status[in]": "a", limit: "5" });
  expect(mended({ sort: "-staus,id" }, { ...fault, code: "not_sortable", parameter: "sort" })).toEqual({
    sort: "-status,id",
  });
  const operator = { detail: "", code: "unknown_operator", parameter: "id[betwen]", got: "betwen", nearest: "between" };
  expect(mended({ "id[betwen]": "1,2" }, operator)).toEqual({ "id[between]": "1,2" });
  expect(mended({ id: "x" }, { detail: "", code: "bad_value", parameter: "id", got: "x" })).toBeUndefined();
});
