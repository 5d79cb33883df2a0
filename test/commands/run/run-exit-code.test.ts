import { expect, test } from "vitest";
import { runExitCode } from "#commands/run/run-exit-code.ts";
import type { RunFailureKind } from "#gate/contract/run-failure.ts";
import type { ReviewRemark } from "#runs/records/run-record.ts";

const failed = (kind: RunFailureKind, turnIds: readonly string[] = []) => ({
  outcome: { kind: "failed", failure: { kind, detail: "" } } as const,
  remarks: null,
  turnIds: [...turnIds],
});
const remark = (severity: string | null, check: ReviewRemark["check"]): ReviewRemark => ({
  title: "t",
  body: "b",
  file: null,
  lineStart: null,
  lineEnd: null,
  severity,
  check,
  detail: "",
});
const reviewed = (...remarks: readonly ReviewRemark[]) => ({
  outcome: { kind: "succeeded" } as const,
  remarks: [...remarks],
  turnIds: ["t"],
});

test.each([
  ["a run that did it", { ...reviewed(), remarks: null }, 0],
  ["a review without remarks", reviewed(), 0],
  ["one that ran and did not do it", failed("artifact_missing"), 1],
  ["one that was cancelled", failed("cancelled"), 1],
  ["one that could not begin", failed("codex_not_installed"), 2],
  ["one that has no login and tried no turn", failed("not_signed_in"), 2],
  ["one whose login was refused", failed("not_signed_in", ["t"]), 1],
  ["one whose end is our own fault", failed("bug"), 2],
  ["a review with small remarks", reviewed(remark("medium", "stands"), remark(null, "stands")), 0],
  ["a review with a grave remark", reviewed(remark("low", "stands"), remark("high", "unchecked")), 1],
  ["a review with a grave remark that does not stand", reviewed(remark("critical", "does-not-stand")), 0],
])("%s", (_what, ended, code) => {
  expect(runExitCode(ended)).toBe(code);
});
