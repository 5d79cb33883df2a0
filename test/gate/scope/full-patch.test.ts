import { describe, expect, test } from "vitest";
import { fullPatch } from "#gate/scope/full-patch.ts";
import { changeOf, fileChange } from "#test/review-values.ts";
import { diffedFile } from "#test/unified-diff.ts";

const LIMITS = { exclude: ["docs"] };

describe("fullPatch", () => {
  test("holds all that may be shown, in the change's order, with a heading for each file", () => {
    const a = diffedFile("b.ini", "x\n", "x\nPASSWORD=hunter2\n");
    const b = fileChange({
      path: "a\u001b[31m.ts",
      oldPath: "old.ts",
      kind: "renamed",
      patch: "rename from old.ts",
    });
    const files = [
      a,
      fileChange({ path: ".env" }),
      fileChange({ path: "docs/x" }),
      fileChange({ binary: true }),
      b,
    ];
    expect(fullPatch(changeOf(files), LIMITS)).toBe(
      `### modified: b.ini\n${a.patch.replace("hunter2", "[redacted: password]")}\n` +
        "### renamed: a.ts, before old.ts\nrename from old.ts\n\n### The end: 2 files.\n",
    );
  });

  test("says at its end what found no room", () => {
    const files = [
      diffedFile("small.ts", "a\n", "b\n"),
      diffedFile("large.ts", null, "x\n".repeat(500)),
      diffedFile("last.ts", "c\n", "d\n"),
      // It fits only as long as its values are not replaced.
      diffedFile("grows.ini", null, "PASSWORD=hunter2\n".repeat(20)),
    ];
    const text = fullPatch(changeOf(files), LIMITS, 800);
    expect(text).toContain("### modified: last.ts");
    expect(text).toMatch(
      /### The end: 2 files\. Not here, for want of room: 2 files:\nlarge\.ts\ngrows\.ini\n$/,
    );
    const many = Array.from({ length: 150 }, (_none, index) =>
      fileChange({ path: `${index}${"x".repeat(400)}` }),
    );
    const end = fullPatch(changeOf(many), LIMITS, 10).split("\n");
    expect(end).toHaveLength(103);
    expect(end[1]).toHaveLength(300);
    expect(end.at(-2)).toBe("and 50 more");
  });
});
