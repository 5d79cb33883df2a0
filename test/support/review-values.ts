import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";
import type { Coverage } from "#gate/scope/coverage.ts";
import type { ShownScope } from "#gate/scope/scope.ts";
import { scopeOf } from "#gate/scope/scope.ts";
import type { StopReport } from "#gate/stop/stop-report.ts";
import type { ReviewAnswer } from "#gate/verdict/answer.ts";
import type { CheckedFinding, ReviewFinding } from "#gate/verdict/finding.ts";
import { type CountingFinding, verdictOf } from "#gate/verdict/verdict.ts";
import type { Change, FileChange } from "#git/change/change.ts";

/** Returns a valid object id that repeats one hex digit. */
export function objectId(digit: string): ObjectId {
  return z.parse(ObjectId, digit.repeat(40));
}

/** A small file on both sides, its patch and the text that it has in the snapshot. */
export const SAMPLE_TEXT = `import { open } from "./store.ts";

export function total(prices: number[]): number {
  let sum = 0;
  for (let i = 0; i <= prices.length; i++) {
    sum += prices[i];
  }
  return sum;
}
`;

export const SAMPLE_PATCH = `diff --git a/src/total.ts b/src/total.ts
index 1111111..2222222 100644
--- a/src/total.ts
+++ b/src/total.ts
@@ -1,9 +1,9 @@
 import { open } from "./store.ts";
 
 export function total(prices: number[]): number {
   let sum = 0;
-  for (let i = 0; i < prices.length; i++) {
+  for (let i = 0; i <= prices.length; i++) {
     sum += prices[i];
   }
   return sum;
 }
`;

export function fileChange(changes: Partial<FileChange> = {}): FileChange {
  return {
    kind: "modified",
    path: "src/total.ts",
    oldPath: undefined,
    oldMode: "100644",
    newMode: "100644",
    oldBlob: objectId("1"),
    newBlob: objectId("2"),
    binary: false,
    baselineLost: false,
    patch: SAMPLE_PATCH,
    ...changes,
  };
}

export function changeOf(files: readonly FileChange[], changes: Partial<Change> = {}): Change {
  return { files, opaque: [], rules: [], ...changes };
}

export function shownScope(files: readonly FileChange[] = [fileChange()]): ShownScope {
  const scope = scopeOf(changeOf(files), { maxDiffBytes: 262_144, exclude: [] });
  if (scope.kind !== "shown") throw new Error("these files hold nothing to show");
  return scope;
}

export function reviewFinding(changes: Partial<ReviewFinding> = {}): ReviewFinding {
  return {
    title: "The loop reads one past the end",
    severity: "high",
    kind: "fact",
    file: "src/total.ts",
    side: "new",
    line_start: 5,
    line_end: 5,
    quote: "  for (let i = 0; i <= prices.length; i++) {",
    failure_path: "total([1]) adds undefined and returns NaN",
    recommendation: "Compare with <",
    ...changes,
  };
}

export function reviewAnswer(changes: Partial<ReviewAnswer> = {}): ReviewAnswer {
  return {
    request_id: "nonce-1",
    decision: "BLOCK",
    summary: "It changes a loop.",
    examined: ["src/total.ts"],
    findings: [reviewFinding()],
    ...changes,
  };
}

export function countingFinding(changes: Partial<ReviewFinding> = {}, id = "abc123def456"): CountingFinding {
  const finding = reviewFinding(changes);
  return { status: "counts", id, finding, line: finding.line_start };
}

export function emptyCoverage(changes: Partial<Coverage> = {}): Coverage {
  return {
    shown: [],
    partly: [],
    notCovered: [],
    rules: [],
    redacted: [],
    leftOut: [],
    uncertain: [],
    ...changes,
  };
}

/** A report of a completed review with these findings. */
export function reviewReport(
  findings: readonly CheckedFinding[],
  coverage: Coverage = shownScope().coverage,
): StopReport {
  const review = {
    verdict: verdictOf(findings),
    findings,
    coverage,
    model: "gpt-test",
    seconds: 12.4,
    tokens: 3210,
  };
  return { ...noReport(), review };
}

export function noReport(): StopReport {
  return {
    command: "countersign",
    receipt: "r-1",
    root: "/work/repo",
    review: undefined,
    failure: undefined,
    firstReview: undefined,
  };
}
