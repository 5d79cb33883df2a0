import { expect, test } from "vitest";
import { tellingLine } from "#commands/exec/look/telling-line.ts";

const NODE = `/w/check.js:3
throw new Error("the sum is 3, not 4");
^

Error: the sum is 3, not 4
    at Object.<anonymous> (/w/check.js:3:7)
  [cause]: TypeError: x is no number
      at y (/w/sum.js:1:1)

Node.js v20.20.0
`;

test.each([
  ["of Node, not the end of its stack", NODE, "Error: the sum is 3, not 4"],
  [
    "with a code",
    "x\n\nAssertionError [ERR_ASSERTION]: 3 == 4\n    at z\n",
    "AssertionError [ERR_ASSERTION]: 3 == 4",
  ],
  ["of Python", 'Traceback\n  File "a.py", line 1\nValueError: no\n', "ValueError: no"],
  ["of a test that indents it", "not ok 1\n    TypeError: no\n      at z\n# fail 1\n", "TypeError: no"],
  ["of git", "fatal: not a git repository\nhint: look\n", "fatal: not a git repository"],
  ["of a compiler", "error[E0308]: mismatched types\n --> a.rs:1\n", "error[E0308]: mismatched types"],
  ["that is the last where none names an error", "3 passed\n1 failed\n\n \n", "1 failed"],
  ["that speaks of errors and names none", "0 errors\nErrors: none found\nall done\n", "all done"],
  ["of nothing", "\n", ""],
])("the line %s", (_what, said, line) => {
  expect(tellingLine(said)).toBe(line);
});

test("it is bounded, and nothing in it acts on a terminal", () => {
  expect(tellingLine(`\u001b[31mError: ${"x".repeat(10_000)}`).length).toBeLessThanOrEqual(500);
  expect(tellingLine("done \u001b[31mred")).toBe("done red");
});
