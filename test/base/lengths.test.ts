import { expect, test } from "vitest";
import * as z from "zod/mini";
import { JsonFault, parseShape } from "#base/json.ts";
import { atLeast, atMost } from "#base/lengths.ts";

const Name = z.string().check(atLeast(1), atMost(3));
const Names = z.array(z.string()).check(atLeast(1), atMost(2));

test("texts and lists are as long as they may be, and said to be too short or too long otherwise", () => {
  expect(parseShape("abc", Name)).toBe("abc");
  expect(parseShape(["a", "b"], Names)).toEqual(["a", "b"]);
  expect(issuesOf("", Name)).toEqual(["(whole): Too small: expected string to have >=1 characters"]);
  expect(issuesOf("abcd", Name)).toEqual(["(whole): Too big: expected string to have <=3 characters"]);
  expect(issuesOf([], Names)).toEqual(["(whole): Too small: expected array to have >=1 items"]);
  expect(issuesOf(["a", "b", "c"], Names)).toEqual(["(whole): Too big: expected array to have <=2 items"]);
});

test("a value of another type is that, whatever its own length is", () => {
  for (const length of [{ toString: false }, { valueOf: null, toString: 1 }, [], 7, null]) {
    expect(issuesOf({ length }, Name)).toEqual(["(whole): Invalid input: expected string, received object"]);
    expect(issuesOf({ length }, Names)).toEqual(["(whole): Invalid input: expected array, received object"]);
  }
});

function issuesOf(value: unknown, shape: z.ZodMiniType): unknown {
  try {
    return parseShape(value, shape);
  } catch (error) {
    return error instanceof JsonFault && error.failure.kind === "wrong-shape" ? error.failure.issues : error;
  }
}
