import { describe, expect, test } from "vitest";
import { patchLines, patchParts, readHunk } from "#gate/scope/patch-lines.ts";
import { SAMPLE_PATCH } from "#test/review-values.ts";
import { fc } from "#test/seeded-check.ts";

const HEAD = "diff --git a/x b/x\n--- a/x\n+++ b/x\n";

describe("patchLines", () => {
  test("numbers removed, added and kept lines on their own sides", () => {
    expect(patchLines(SAMPLE_PATCH).filter(({ kind }) => kind !== "context")).toEqual([
      { kind: "removed", old: 5, text: "  for (let i = 0; i < prices.length; i++) {" },
      { kind: "added", new: 5, text: "  for (let i = 0; i <= prices.length; i++) {" },
    ]);
    expect(patchLines(SAMPLE_PATCH).at(-1)).toEqual({ kind: "context", old: 9, new: 9, text: "}" });
  });

  test("reads lines that look like headers as what they are", () => {
    const patch = `${HEAD}@@ -1,3 +1,2 @@\n--- a/secret\n-@@ -1 +1 @@\n same\n+++ b/secret\n@@ -20 +19 @@\n-old\n+new\n`;
    expect(patchLines(patch)).toEqual([
      { kind: "removed", old: 1, text: "-- a/secret" },
      { kind: "removed", old: 2, text: "@@ -1 +1 @@" },
      { kind: "context", old: 3, new: 1, text: "same" },
      { kind: "added", new: 2, text: "++ b/secret" },
      { kind: "removed", old: 20, text: "old" },
      { kind: "added", new: 19, text: "new" },
    ]);
  });

  test("passes over the note of a missing line break, and takes a trimmed empty line for a kept one", () => {
    const note = "\\ No newline at end of file";
    expect(patchLines(`${HEAD}@@ -1,2 +1,2 @@\n\n-a\n${note}\n+b\n${note}\n`)).toEqual([
      { kind: "context", old: 1, new: 1, text: "" },
      { kind: "removed", old: 2, text: "a" },
      { kind: "added", new: 2, text: "b" },
    ]);
  });

  test("finds nothing where there is no hunk", () => {
    expect(patchLines("")).toEqual([]);
    expect(patchLines("diff --git a/x b/y\nrename from x\nrename to y\n")).toEqual([]);
  });
});

describe("patchParts", () => {
  test("cuts in front of each hunk and loses nothing", () => {
    const patch = `${HEAD}@@ -1 +1 @@\n-@@ -9 +9 @@\n+b\n@@ -20 +20 @@ function f() {\n-c\n+d\n`;
    expect(patchParts(patch)).toEqual({
      header: HEAD,
      hunks: ["@@ -1 +1 @@\n-@@ -9 +9 @@\n+b\n", "@@ -20 +20 @@ function f() {\n-c\n+d\n"],
    });
  });

  test("a hunk is taken apart into its places, its note and its lines", () => {
    expect(readHunk("@@ -3 +4,2 @@ f()\n a\n+b\n")).toEqual({
      old: { start: 3, lines: 1 },
      new: { start: 4, lines: 2 },
      note: " f()",
      body: [" a", "+b"],
    });
    expect(readHunk("no hunk")).toMatchObject({ old: { start: 0, lines: 0 }, body: [] });
  });

  test("is all header without hunks", () => {
    expect(patchParts("old mode 100644\nnew mode 100755\n")).toEqual({
      header: "old mode 100644\nnew mode 100755\n",
      hunks: [],
    });
  });

  test("joins to the same text, whatever the text", () => {
    const line = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom("@@ -1,2 +1 @@", "@@ -1 +1,3 @@ f", "+a", "-b", " c", "", "\\ No newline"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { header, hunks } = patchParts(lines.join("\n"));
        expect(header + hunks.join("")).toBe(lines.join("\n"));
      }),
    );
  });
});
