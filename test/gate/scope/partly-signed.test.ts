import { describe, expect, test } from "vitest";
import { cutPatch, fittingCut, hunkCount } from "#gate/scope/cut-patch.ts";
import { partlySigned } from "#gate/scope/partly-signed.ts";
import { patchLines } from "#gate/scope/patch-lines.ts";
import { scopeOf } from "#gate/scope/scope.ts";
import { changeOf } from "#test/review-values.ts";
import { fc } from "#test/seeded-check.ts";
import { diffedFile, linesOf } from "#test/unified-diff.ts";

const LONGEST_LINE = 12;
const HEADER_ROOM = 120;

/** Few different lines, so that they repeat; the last one may lack its line break. */
const text = fc
  .tuple(
    fc.array(fc.constantFrom("a", "b", "c", "dd", "", "+", "-", "\\ x", "@@ -1 +1 @@", "é"), {
      maxLength: 40,
    }),
    fc.boolean(),
  )
  .map(([lines, closed]) => lines.join("\n") + (closed && lines.length > 0 ? "\n" : ""));

const maybeFile = fc.option(text, { nil: null });

/** Shows the change of one file bit by bit, each bit signed, and returns all that was shown. */
function showBitByBit(before: string | null, after: string | null, maxDiffBytes: number) {
  const shown: { kind: string; text: string }[] = [];
  let signed = before;
  for (let round = 0; round < 500; round += 1) {
    const change = diffedFile("f", signed, after);
    const scope = scopeOf(changeOf([change]), { maxDiffBytes, exclude: [], first: new Set(["f"]) });
    if (scope.kind !== "shown") throw new Error(`nothing shown in round ${round}: ${change.patch}`);
    const plain = scope.files[0]?.plain ?? "";
    shown.push(...patchLines(plain).filter(({ kind }) => kind !== "context"));
    if (scope.coverage.partly.length === 0) return { shown, end: after };
    const next = partlySigned(change, signed ?? "", plain);
    if (next === undefined) throw new Error(`not to be signed: ${plain}`);
    signed = next;
  }
  throw new Error("no end");
}

function changedLines(before: string | null, after: string | null): readonly string[] {
  return patchLines(diffedFile("f", before, after).patch)
    .filter(({ kind }) => kind !== "context")
    .map(({ kind, text }) => `${kind} ${text}`)
    .toSorted();
}

describe("partlySigned", () => {
  test("every part that is signed leaves the rest to the next change, until all was shown once", () => {
    fc.assert(
      fc.property(maybeFile, maybeFile, fc.integer({ min: 0, max: 150 }), (before, after, more) => {
        fc.pre((before ?? "") !== (after ?? ""));
        const { shown } = showBitByBit(before, after, HEADER_ROOM + LONGEST_LINE + more);
        const marked = shown.map(({ kind, text }) => `${kind} ${text}`).toSorted();
        expect(marked.length).toBe(changedLines(before, after).length);
      }),
      { numRuns: 500 },
    );
  });

  test("shows exactly the changed lines where no two are alike", () => {
    const numbered = fc.tuple(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(numbered, fc.integer({ min: 0, max: 200 }), ([old, now, closed], more) => {
        const lines = (kept: readonly boolean[]) =>
          kept.flatMap((keep, index) => (keep ? [`l${index}`] : []));
        const end = closed ? "\n" : "";
        const before = `${lines(old).join("\n")}${end}`;
        const after = `${lines(now).join("\n")}${end}`;
        fc.pre(before !== after);
        const { shown } = showBitByBit(before, after, HEADER_ROOM + LONGEST_LINE + more);
        const marked = shown.map(({ kind, text }) => `${kind} ${text}`).toSorted();
        expect(marked).toEqual(changedLines(before, after));
      }),
      { numRuns: 300 },
    );
  });

  test("all hunks make the new text of the old one", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        fc.pre(before !== after);
        const change = diffedFile("f", before, after);
        expect(partlySigned(change, before, change.patch)).toBe(after);
      }),
    );
  });

  const before = Array.from({ length: 40 }, (_none, index) => `line ${index}\n`).join("");
  const after = before.replace("line 3\n", "three\n").replace("line 30\n", "thirty\n");
  const change = diffedFile("f", before, after);

  test("takes the first hunk only", () => {
    const part = cutPatch(change.patch, { hunks: 1, lines: 0 });
    expect(partlySigned(change, before, part)).toBe(before.replace("line 3\n", "three\n"));
  });

  test.each([
    ["a renamed file", { oldPath: "g", kind: "renamed" as const }],
    ["a renamed file that says no old name", { kind: "renamed" as const }],
    ["another type", { kind: "type-changed" as const }],
    ["another mode", { newMode: "100755" }],
    ["a link", { oldMode: "120000", newMode: "120000" }],
    ["a new link", { kind: "added" as const, newMode: "120000" }],
    ["a deleted submodule", { kind: "deleted" as const, oldMode: "160000" }],
    ["a binary file", { binary: true }],
    ["a lost baseline", { baselineLost: true }],
  ])("stands for nothing with %s", (_name, changes) => {
    expect(partlySigned({ ...change, ...changes }, before, change.patch)).toBeUndefined();
  });

  test("stands for nothing where the texts are not the files' own bytes", () => {
    expect(partlySigned(change, `${before}caf\\xe9\n`, change.patch)).toBeUndefined();
    expect(partlySigned(change, before, change.patch.replace("thirty", "\\xff"))).toBeUndefined();
  });

  test("stands for nothing where the part does not belong to the text", () => {
    expect(partlySigned(change, before.replace("line 2\n", "two\n"), change.patch)).toBeUndefined();
    expect(partlySigned(change, before.slice(0, 30), change.patch)).toBeUndefined();
    const [first = "", second = ""] = change.patch.split(/(?=^@@)/m).slice(1);
    expect(partlySigned(change, before, second + first)).toBeUndefined();
    expect(partlySigned(change, before, "@@ -1,2 +1 @@\n-line 0\n")).toBeUndefined();
    expect(partlySigned(change, before, "diff --git a/f b/f\n")).toBeUndefined();
  });
});

describe("cutting a patch", () => {
  const added = diffedFile("f", null, "one\ntwo\nthree\n").patch;
  const header = added.slice(0, added.indexOf("@@"));
  const fits = (patch: string, rest: string, budget = 10) =>
    fittingCut(patch, { room: Buffer.byteLength(header + rest) + 4, budget });

  test("shortens a new file's only hunk, its head told so", () => {
    expect(fits(added, "@@ -0,0 +1,3 @@\n+one\n+two\n")).toEqual({ hunks: 0, lines: 2 });
    expect(cutPatch(added, { hunks: 0, lines: 2 })).toBe(`${header}@@ -0,0 +1,2 @@\n+one\n+two\n`);
  });

  test("shortens a deletion: the side without lines is named by the line in front of it", () => {
    const deleted = diffedFile("f", "one\ntwo\nthree\n", null).patch;
    expect(cutPatch(deleted, { hunks: 0, lines: 1 })).toContain("@@ -1,1 +0,0 @@\n-one\n");
    const middle = "@@ -5,2 +5,2 @@ f()\n-a\n-b\n+c\n+d\n";
    expect(cutPatch(middle, { hunks: 0, lines: 1 })).toBe("@@ -5,1 +4,0 @@ f()\n-a\n");
  });

  test("cuts inside a hunk only where it alone is larger than the budget", () => {
    expect(fits(added, "@@ -0,0 +1,3 @@\n+one\n+two\n", 1000)).toBeUndefined();
    expect(fits(added, "")).toBeUndefined();
    expect(fittingCut("old mode 100644\nnew mode 100755\n", { room: 5, budget: 5 })).toBeUndefined();
  });

  test("a piece without a changed line is none", () => {
    const patch = "@@ -1,3 +1,4 @@\n a\n b\n-c\n+d\n+eeeeeeeeeeee\n";
    expect(fittingCut(patch, { room: 28, budget: 20 })).toBeUndefined();
    expect(fittingCut(patch, { room: 29, budget: 20 })).toEqual({ hunks: 0, lines: 3 });
  });

  test("does not part a line from the note that it has no line break", () => {
    const note = "\\ No newline at end of file";
    const both = `@@ -1,2 +1,1 @@\n-a\n-b\n${note}\n+c\n`;
    const room = Buffer.byteLength("@@ -1,2 +1,1 @@\n-a\n-b\n") + 4;
    expect(fittingCut(both, { room, budget: 20 })).toEqual({ hunks: 0, lines: 1 });
    const one = `@@ -1 +1 @@\n-b\n${note}\n+c\n`;
    expect(fittingCut(one, { room: 20, budget: 15 })).toBeUndefined();
  });

  test("whole hunks are counted, and everything may fit", () => {
    const two = "@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-c\n+d\n";
    expect(hunkCount(two)).toBe(2);
    expect(fittingCut(two, { room: 20, budget: 100 })).toEqual({ hunks: 1, lines: 0 });
    expect(fittingCut(two, { room: 100, budget: 100 })).toEqual({ hunks: 2, lines: 0 });
  });

  test("a part is a patch of its own: its counts are those of its lines", () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1, max: 30 }), (before, after, lines) => {
        fc.pre(before !== after);
        const patch = diffedFile("f", before, after).patch;
        const part = cutPatch(patch, { hunks: 0, lines });
        const whole = patchLines(patch);
        const kept = patchLines(part);
        expect(kept).toEqual(whole.slice(0, kept.length));
        expect(linesOf(part).filter((line) => /^[-+ ]/.test(line)).length).toBe(kept.length + 2);
      }),
    );
  });
});

test("a part cut where values are replaced stands for the text with the values", () => {
  const before = "a\n";
  const after = `${before}${Array.from({ length: 30 }, (_none, index) => `PASSWORD_${index}=hunter${index}x\n`).join("")}`;
  const change = diffedFile("f.txt", before, after);
  const scope = scopeOf(changeOf([change]), { maxDiffBytes: 400, exclude: [] });
  if (scope.kind !== "shown") throw new Error("nothing shown");
  const [file] = scope.files;
  expect(file?.patch).not.toContain("hunter");
  expect(Buffer.byteLength(file?.patch ?? "")).toBeLessThanOrEqual(400);
  const lines = scope.coverage.partly[0]?.lines ?? 0;
  expect(scope.coverage.redacted).toEqual([{ path: "f.txt", values: lines - 1 }]);
  expect(partlySigned(change, before, file?.plain ?? "")).toBe(linesOf(after).slice(0, lines).join(""));
});
