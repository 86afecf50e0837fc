import { describe, expect, it } from "vitest";
import { exact } from "./format";

const TYPED: [tongue: string, typed: string, exact: string][] = [
  ["de-DE", "1.204,81", "1204.81"],
  ["de-DE", "1204,81", "1204.81"],
  ["de-DE", " 12,5 ", "12.5"],
  ["de-DE", "1.204", "1204"],
  ["de-DE", "1.204.000,00", "1204000.00"],
  ["de-DE", "1 204,81", "1204.81"],
  ["de-DE", "−12,50", "-12.50"],
  ["de-DE", "-0,05", "-0.05"],
  ["de-CH", "1'204.81", "1204.81"],
  ["de-CH", "1’204.81", "1204.81"],
  ["en-GB", "1,204.81", "1204.81"],
  ["en-GB", "1204.810", "1204.810"],
  ["en-GB", "12", "12"],
  ["en-GB", "123,456,789,012,345,678.90", "123456789012345678.90"],
  ["en-IN", "1,20,481.50", "120481.50"],
  // Handed on as typed: no number of the language, or one that could be two.
  ["de-DE", "12.5", "12.5"],
  ["de-DE", "1204.81", "1204.81"],
  ["de-DE", "1,204.81", "1,204.81"],
  ["de-DE", "12,3,4", "12,3,4"],
  ["de-DE", "1.20.4", "1.20.4"],
  ["de-DE", "12,", "12,"],
  ["de-DE", ",5", ",5"],
  ["en-GB", "1,5", "1,5"],
  ["en-GB", "12,34", "12,34"],
  ["en-GB", "1.204,81", "1.204,81"],
  ["en-GB", "1 2 3", "1 2 3"],
  ["en-GB", "1e3", "1e3"],
  ["en-GB", "12 EUR", "12 EUR"],
  ["en-GB", "twelve", "twelve"],
  ["en-GB", "", ""],
  ["en-GB", "-", "-"],
];

describe("What a person types as an amount", () => {
  it.each(TYPED)("in %s, %j is %j", (tongue, typed, expected) => {
    expect(exact(typed, tongue)).toBe(expected);
  });
});
