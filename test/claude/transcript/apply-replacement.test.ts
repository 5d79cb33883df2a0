import { expect, test } from "vitest";
import { applyReplacement } from "#claude/transcript/apply-replacement.ts";

test.each([
  ["one two", "one", "$&", false, "$& two"],
  ["one one", "one", "1", true, "1 1"],
  ["one one", "one", "1", false, undefined],
  ["one", "two", "2", false, undefined],
  ["", "", "new", false, "new"],
  ["old", "", "new", false, undefined],
  ["a\nb\n", "a", "", false, "b\n"],
  ["a\nb\n", "a\n", "", false, "b\n"],
  ["ab\n", "a", "", false, "b\n"],
])("in %j, %j becomes %j (everywhere: %s): %j", (text, old, put, all, after) => {
  expect(applyReplacement(text, { old, new: put, all })).toBe(after);
});
