import { expect, test } from "vitest";
import { gitSpelling } from "#gate/scope/git-spelling.ts";

test.each([
  ["src/total.ts", "src/total.ts"],
  ["a\tb\nc\rd", "a\\tb\\nc\\rd"],
  ['say "x"\\y', 'say \\"x\\"\\\\y'],
  ["bell\u0007 back\b feed\f tab\u000b", "bell\\a back\\b feed\\f tab\\v"],
  ["\u001b[2J\u0001\u007f", "\\033[2J\\001\\177"],
  ["caf\u00e9 \u009b \u202e", "caf\u00e9 \u009b \u202e"],
])("git writes %j as %j", (path, spelled) => {
  expect(gitSpelling(path)).toBe(spelled);
});
