import { expect, test } from "vitest";
import { shellLine, shellWords } from "#base/shell-words.ts";

test.each([
  ["", []],
  ["  a  b ", ["a", "b"]],
  ["a\\ b", ["a b"]],
  [`'it'"'"'s' ""`, ["it's", ""]],
  [`"a \\"b\\" \\$c \\\\ \\d"`, ['a "b" $c \\ \\d']],
  [`a 'b c' "d \\"e\\"" f\\ g ''`, ["a", "b c", 'd "e"', "f g", ""]],
  ["/bin/bash -lc 'echo \"x\"\nls'", ["/bin/bash", "-lc", 'echo "x"\nls']],
] as const)("%j is split as a shell does", (line, words) => {
  expect(shellWords(line)).toEqual({ words, whole: true });
});

test.each([
  ["'open", ["open"]],
  ["a 'b", ["a", "b"]],
  ['"open', ["open"]],
  ["end \\", ["end"]],
])("%j is no whole line, and its quote is passed over", (line, words) => {
  expect(shellWords(line)).toEqual({ words, whole: false });
});

test("words in quotes are the same words again", () => {
  const words = ["/bin/bash", "-lc", "echo 'it'\"s\"\n$HOME `x` \\", ""];
  expect(shellLine(words)).toBe(`/bin/bash -lc 'echo '"'"'it'"'"'"s"\n$HOME \`x\` \\' ''`);
  expect(shellWords(shellLine(words))).toEqual({ words, whole: true });
});
