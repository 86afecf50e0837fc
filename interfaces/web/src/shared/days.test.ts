import { expect, test, vi } from "vitest";
import { beginOf, dayFrom, dayUntil, endOf } from "./days";

vi.mock(import("./words"), async (actual) => ({ ...(await actual()), zone: "Europe/Berlin" }));

test("a day is the moments from its midnight to the next, whatever its length", () => {
  expect([beginOf("2026-03-14"), endOf("2026-03-14")]).toEqual([
    "2026-03-14T00:00:00+01:00",
    "2026-03-15T00:00:00+01:00",
  ]);
  expect([beginOf("2026-03-29"), endOf("2026-03-29")]).toEqual([
    "2026-03-29T00:00:00+01:00",
    "2026-03-30T00:00:00+02:00",
  ]);
});

test.each(["2026-03-14", "2026-03-29", "2026-10-25", "2026-12-31"])("%s comes back from the address", (day) => {
  expect(dayFrom(beginOf(day))).toBe(day);
  expect(dayUntil(endOf(day))).toBe(day);
});

test("nothing is of no day, and no day is of what is no moment", () => {
  expect([beginOf(""), endOf("")]).toEqual(["", ""]);
  expect([dayFrom(""), dayUntil("tomorrow"), dayUntil("2026-03-14")]).toEqual(["", "", ""]);
});
