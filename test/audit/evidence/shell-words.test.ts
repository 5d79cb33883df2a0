import { expect, test } from "vitest";
import { shellWords } from "#audit/evidence/shell-words.ts";

test.each([
  ["", []],
  ["  a  b ", ["a", "b"]],
  ["a\\ b", ["a b"]],
  [`'it'"'"'s' ""`, ["it's", ""]],
  [`"a \\"b\\" \\$c \\\\ \\d"`, ['a "b" $c \\ \\d']],
  ["/bin/bash -lc 'echo \"x\"\nls'", ["/bin/bash", "-lc", 'echo "x"\nls']],
] as const)("%j is split as a shell does", (line, words) => {
  expect(shellWords(line)).toEqual(words);
});

test.each(["'open", '"open', '"open \\"', "end \\"])("%j is no whole line", (line) => {
  expect(shellWords(line)).toBeUndefined();
});
