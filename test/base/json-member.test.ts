import { expect, test } from "vitest";
import { jsonMember } from "#base/json-member.ts";

test("a member is found by its name", () => {
  expect(jsonMember({ a: 1 }, "a")).toBe(1);
  expect(jsonMember(JSON.parse('{"__proto__":2}'), "__proto__")).toBe(2);
});

test.each([null, undefined, "text", 7, [], {}])("%j has none, nor what every object inherits", (value) => {
  expect(["a", "constructor", "toString", "__proto__"].map((name) => jsonMember(value, name))).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});
