import { describe, expect, it } from "vitest";
import { isAtMost, sum } from "./counting";
import type { Claim } from "./queries";
import { type Administrator, type Beside, weigh } from "./weighing";

describe("Exact sums", () => {
  it.each([
    [["0.1", "0.2"], "0.3"],
    [["184.60", "42.1"], "226.70"],
    [["123456789012345678.90", "0.01"], "123456789012345678.91"],
    [["-0.05", "0.02"], "-0.03"],
    [[], "0"],
  ])("of %j is %s", (texts, expected) => expect(sum(...texts)).toBe(expected));

  it("compares by value", () => {
    expect(isAtMost("9.5", "10")).toBe(true);
    expect(isAtMost("10.00", "10")).toBe(true);
    expect(isAtMost("10.01", "10")).toBe(false);
  });
});

const ruth = { uid: "a-ruth", user_uid: "u-ruth", approval_limit: "500.00", currency: "EUR" } as Administrator;
const tom = { uid: "a-tom", user_uid: "u-tom", approval_limit: "600.00", currency: "EUR" } as Administrator;
const claim = { amount: "400.00", currency: "EUR", endorsed_by: null } as unknown as Claim;
const rest = { approvals: 1, roles: ["administrator" as const], currency: null, up_to: null };
const policy = { tiers: [rest], four_eyes: true, hold_hours: 72, splitting_days: 7 } as unknown as Beside["policy"];
const beside: Beside = {
  me: "u-ruth",
  policy,
  administrators: [ruth, tom],
  spent: "0",
  member: { user_uid: "u-mira" } as Beside["member"],
  memberHistory: [],
  account: { currency: "EUR", payee_version: 1 } as Beside["account"],
  accountHistory: [],
  lender: undefined,
};
const by = (actor: string) => [{ actor: `user:${actor}` }] as Beside["memberHistory"];

describe("What speaks for and against a decision", () => {
  it("within the limit a word is enough", () => expect(weigh(claim, beside).comes).toBe("enough"));

  it("what was approved lately counts with it", () => {
    const { comes, counted } = weigh(claim, { ...beside, spent: "100.01" });
    expect([comes, counted]).toEqual(["second", "500.01"]);
  });

  it("the limits of two add up", () => {
    const endorsed = { ...claim, amount: "1100.00", endorsed_by: "a-tom", endorsed_by_name: "Tom" };
    expect(weigh(endorsed, beside).comes).toBe("enough");
    expect(weigh({ ...endorsed, amount: "1100.01" }, beside).comes).toBe("second");
  });

  it("whoever has said so waits for another", () =>
    expect(weigh({ ...claim, amount: "900.00", endorsed_by: "a-ruth" }, beside).comes).toBe("said"));

  it("a lent limit is added", () => {
    const large = { ...claim, amount: "1000.00" };
    expect(weigh(large, beside).comes).toBe("second");
    expect(weigh(large, { ...beside, lender: tom }).comes).toBe("enough");
  });

  it("the lowest tier that reaches the amount holds", () => {
    const tiers = [rest, { ...rest, currency: "EUR", up_to: "1000.00", approvals: 2 }];
    const { tier, comes } = weigh(claim, { ...beside, policy: { ...policy, tiers } });
    expect([tier?.approvals, comes]).toEqual([2, "second"]);
  });

  it("nobody decides their own, or what goes to an account of their making", () => {
    expect(weigh(claim, { ...beside, member: { user_uid: "u-ruth" } as Beside["member"] }).comes).toBe("barred");
    expect(weigh(claim, { ...beside, accountHistory: by("u-ruth") }).comes).toBe("barred");
    const alone = { ...policy, four_eyes: false };
    expect(weigh(claim, { ...beside, policy: alone, accountHistory: by("u-ruth") }).comes).toBe("enough");
  });

  it("whoever admitted the member is not enough alone", () =>
    expect(weigh(claim, { ...beside, memberHistory: by("u-ruth") }).comes).toBe("second"));

  it("tells until when a changed account holds the payment", () => {
    const account = { ...beside.account, payee_version: 2, payee_since: new Date().toISOString() };
    expect(weigh(claim, { ...beside, account }).heldUntil).toBeInstanceOf(Date);
    expect(weigh(claim, beside).heldUntil).toBeUndefined();
  });
});
