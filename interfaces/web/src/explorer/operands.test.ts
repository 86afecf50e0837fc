import { expect, test } from "vitest";
import { payouts } from "./fixture";
import { readItems, typed, writeItems, written } from "./operands";

const of = (name: string) => payouts.fields.find((field) => field.name === name) ?? expect.fail(name);

test.each([
  [["IT", "HR"], "IT,HR"],
  [["Rent, heating", "Travel"], '"Rent, heating",Travel'],
  [['"quoted"', 'in "the" middle'], '"""quoted""",in "the" middle'],
  [["", "a"], '"",a'],
  [['a, "b"', ","], '"a, ""b""",","'],
])("%j is written as %s, and read again", (items, text) => {
  expect(writeItems(items)).toBe(text);
  expect(readItems(text)).toEqual(items);
});

test("items are read as the API reads them", () => {
  expect(readItems("a,,b")).toEqual(["a", "", "b"]);
  expect(readItems("")).toEqual([""]);
  expect(readItems("a,")).toEqual(["a", ""]);
});

test("what is no list stays as it is, to be mended", () => {
  expect(readItems('"open')).toEqual(['"open']);
  expect(readItems('"a"b,c')).toEqual(['"a"b,c']);
});

test("numbers are typed in the reader's language and sent as the API reads them", () => {
  expect(typed(of("amount"), "1400.50")).toBe("1,400.50");
  expect(written(of("amount"), " 1,400.50 ")).toBe("1400.50");
  expect(written(of("amount"), "-5")).toBe("-5");
  expect(typed(of("amount"), "many")).toBe("many");
});

test("blanks of a text are its own", () => {
  expect(written(of("purpose"), " a ")).toBe(" a ");
});

test("what is no date leaves its control empty", () => {
  expect(typed(of("date"), "2026-02-31")).toBe("");
  expect(typed(of("date"), "soon")).toBe("");
  expect(typed(of("date"), "2026-02-28")).toBe("2026-02-28");
});
