import { expect, test } from "vitest";
import { wayInto } from "./wayInto";

test.each([
  ["/claims?status=pending", "/app/claims?status=pending"],
  ["/app/claims", "/app/claims"],
  ["/app", "/app/"],
  ["/apparel", "/app/apparel"],
  ["/", "/app/"],
  ["/sign-in", "/app/"],
  ["/app/sign-in?to=/sign-in", "/app/"],
  ["//evil.example", "/app/"],
  ["/\\evil.example", "/app/"],
  ["/app//evil.example", "/app//evil.example"],
  ["https://evil.example", "/app/"],
  [undefined, "/app/"],
])("%s leads to %s", (to, way) => {
  expect(wayInto(to)).toBe(way);
});
