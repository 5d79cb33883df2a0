import type { Dice } from "./seeded-dice.ts";

/** File names that programs stumble over: one character for each byte. */
export const ODD_NAMES: readonly string[] = [
  "plain.txt",
  "dir/inner.txt",
  "dir/sub/deep.txt",
  "dir",
  "other/inner.txt",
  "with space.txt",
  " lead and trail ",
  "-dash",
  "--",
  "tab\there",
  "line\nbreak",
  'quo"te',
  "single'quote",
  "back\\slash",
  "back\\",
  "\\n no break",
  "\xff\xfebad",
  "dir/bad-\xe9.txt",
  "caf\xc3\xa9",
  "cafe\xcc\x81",
  "smile \xf0\x9f\x98\x80/\xe2\x80\xae.txt",
  "Case.txt",
  "case.TXT",
  "DIR/inner.txt",
  "#hash",
  "!bang",
  "~",
  "star*?[x]",
  ":(top)magic",
  ":/x",
  "..dots",
  "...",
  "trailing.",
  ".hidden/.x",
  "\x01\x1b[31mred",
  "HEAD",
  "refs/heads/main",
  "a/b",
  "b/a",
  "a => b",
  "{a => b}/c",
  "/dev/null".slice(1),
  "git~1",
  ".GIT/x",
  "module/.gitmodules",
  `${"long-".repeat(40)}.txt`,
  `${"deep/".repeat(45)}end`,
];

const LINES = Array.from({ length: 60 }, (_none, i) => `line ${i}`);

const CONTENTS: readonly ((dice: Dice) => string)[] = [
  () => "",
  (dice) => `one ${dice.below(99)}\n`,
  (dice) => `no end ${dice.below(99)}`,
  (dice) => LINES.map((line) => (dice.once(20) ? `${line} changed` : line)).join("\n"),
  (dice) => `${LINES.slice(dice.below(9)).join("\n")}\n`,
  (dice) => `${LINES.slice(dice.below(9), 30).join("\r\n")}\r\n`,
  () => "mixed\r\nends\nof\rlines\r\n",
  (dice) => `${"x".repeat(120_000)}${dice.below(99)}`,
  (dice) => `\0\x01\x02${dice.below(99)}\n`,
  (dice) => `${"late\n".repeat(2000)}\0${dice.below(99)}\n`,
  (dice) => `caf\xe9 ${dice.below(99)}\nna\xc3\xafve\n`,
  () => "\xff\xfeh\0i\0\n\0",
  () => "\xef\xbb\xbfmarked\n",
  (dice) => `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-${dice.below(9)}\n+y\n`,
  () => "Binary files a/x and b/x differ\nrename from x\n",
  () => "\\ No newline at end of file",
  () => "\n\n\n",
  () => "spaces at end   \n\t \n",
  () => "$Id$\n",
  (dice) =>
    `version https://git-lfs.github.com/spec/v1\noid sha256:${"ab".repeat(32)}\nsize ${dice.below(999)}\n`,
];

/** Returns what a file may hold, one character for each byte. */
export function oddContent(dice: Dice): string {
  return dice.pick(CONTENTS)(dice);
}
