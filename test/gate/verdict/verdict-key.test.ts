import { describe, expect, test } from "vitest";
import type { Coverage } from "#gate/scope/coverage.ts";
import { scopeOf } from "#gate/scope/scope.ts";
import { VerdictKey, type VerdictSubject, verdictKey } from "#gate/verdict/verdict-key.ts";
import type { FileChange } from "#git/change/change.ts";
import { changeOf, emptyCoverage, fileChange, objectId, SAMPLE_PATCH } from "#test/review-values.ts";

const OPAQUE = { path: "sub", kind: "submodule", state: "one" } as const;

function coverageOf(files: readonly FileChange[], maxDiffBytes = 262_144): Coverage {
  return scopeOf(changeOf(files), { maxDiffBytes, exclude: [] }).coverage;
}

function subject(changes: Partial<VerdictSubject> = {}): VerdictSubject {
  return {
    baseline: { tree: objectId("a"), opaque: [] },
    snapshot: { tree: objectId("b"), opaque: [OPAQUE] },
    coverage: coverageOf([fileChange()]),
    reviewer: "reviewer-1",
    instructions: "none",
    ...changes,
  };
}

const KEY = verdictKey(subject());

describe("verdictKey", () => {
  test("is fit for a file name", () => {
    expect(VerdictKey.parse(KEY)).toBe(KEY);
    expect(VerdictKey.safeParse(`../${KEY.slice(3)}`).success).toBe(false);
  });

  test("is the same for equal subjects, in whatever order they were built", () => {
    const { baseline, snapshot, ...rest } = subject();
    expect(verdictKey({ ...rest, snapshot, baseline })).toBe(KEY);
  });

  test("knows no patch text: the same blobs worded in another way are the same change", () => {
    const worded = fileChange({ patch: SAMPLE_PATCH.replace("@@ -1,9 +1,9 @@", "@@ -1,9 +1,9 @@ total") });
    expect(verdictKey(subject({ coverage: coverageOf([worded]) }))).toBe(KEY);
  });

  test("knows no commit and no hiding rules: neither is content", () => {
    const rules = { excludes: "x", attributes: "y", filters: "z" };
    const committed = { tree: objectId("b"), opaque: [OPAQUE], head: objectId("c"), rules };
    expect(verdictKey(subject({ snapshot: committed }))).toBe(KEY);
  });

  test("knows a limit only by what it leaves out", () => {
    expect(verdictKey(subject({ coverage: coverageOf([fileChange()], 100_000) }))).toBe(KEY);
    expect(verdictKey(subject({ coverage: coverageOf([fileChange()], 10) }))).not.toBe(KEY);
  });

  test.each<[string, Partial<VerdictSubject>]>([
    ["another baseline", { baseline: { tree: objectId("c"), opaque: [] } }],
    ["another snapshot", { snapshot: { tree: objectId("c"), opaque: [OPAQUE] } }],
    ["something opaque in the baseline", { baseline: { tree: objectId("a"), opaque: [OPAQUE] } }],
    [
      "another state of something opaque",
      { snapshot: { tree: objectId("b"), opaque: [{ ...OPAQUE, state: "two" }] } },
    ],
    ["another file", { coverage: coverageOf([fileChange({ path: "src/other.ts" })]) }],
    ["another blob", { coverage: coverageOf([fileChange({ newBlob: objectId("3") })]) }],
    [
      "a file that is not covered",
      {
        coverage: {
          ...coverageOf([fileChange()]),
          notCovered: [{ path: "x", oldPath: null, why: "binary" }],
        },
      },
    ],
    ["nothing shown", { coverage: emptyCoverage() }],
    ["changed hiding rules", { coverage: { ...coverageOf([fileChange()]), rules: ["excludes"] } }],
    ["another reviewer", { reviewer: "reviewer-2" }],
    ["other instructions", { instructions: "project" }],
  ])("is another for %s", (_what, changes) => {
    expect(verdictKey(subject(changes))).not.toBe(KEY);
  });

  test("is another for a file shown in part than for the same file shown whole or with more of it", () => {
    const hunk = (line: number): string =>
      `@@ -${line},1 +${line},1 @@\n-${"old".repeat(60)}\n+${"new".repeat(60)}\n`;
    const header = SAMPLE_PATCH.slice(0, SAMPLE_PATCH.indexOf("@@"));
    const file = fileChange({ patch: header + [10, 20, 30].map(hunk).join("") });
    const [one, two, whole] = [700, 1_100, 10_000].map((bytes) => coverageOf([file], bytes));
    expect([one, two, whole].map((coverage) => coverage?.partly.length)).toEqual([1, 1, 0]);
    const keys = [one, two, whole].map((coverage) => verdictKey(subject(coverage && { coverage })));
    expect(new Set(keys).size).toBe(3);
  });

  test("is another when both sides change places", () => {
    const { baseline, snapshot } = subject();
    expect(verdictKey(subject({ baseline: snapshot, snapshot: baseline }))).not.toBe(KEY);
  });
});
