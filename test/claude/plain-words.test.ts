import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { plainWords } from "#claude/plain-words.ts";
import { fc } from "#test/seeded-check.ts";

test("a line that it takes for plain is split as the shell splits it", () => {
  const piece = fc.constantFrom(
    "a",
    "b c",
    "'",
    '"',
    "\\",
    " ",
    "  ",
    "é",
    "-x",
    "=",
    "#",
    "''",
    '""',
    "\t",
    "%",
    ",",
  );
  const line = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(line, (text) => {
      const words = plainWords(text);
      if (words === undefined) return;
      const shell = spawnSync("/bin/sh", ["-c", `set -- ${text}\nfor w do printf '%s\\0' "$w"; done`], {
        encoding: "utf8",
      });
      expect([shell.stderr, shell.stdout]).toEqual(["", words.map((word) => `${word}\0`).join("")]);
    }),
    { numRuns: 150 },
  );
});

test.each([
  "a; b",
  "a && b",
  "a | b",
  "a > f",
  "a $HOME",
  'a "$(b)"',
  "a `b`",
  "a *",
  "a 'b",
  'a "b',
  "a \\",
  "a\nb",
  "a # b",
  "a ~",
  "a {b,c}",
])("%j is more than one plain command", (line) => {
  expect(plainWords(line)).toBeUndefined();
});

test("quotes are gone and empty words stay", () => {
  expect(plainWords(` countersign dismiss "F 1" --why 'it'\\''s' "" `)).toEqual([
    "countersign",
    "dismiss",
    "F 1",
    "--why",
    "it's",
    "",
  ]);
});
