import { expect, test } from "vitest";
import { stageOfFailure } from "#gate/contract/failure-stage.ts";
import { RunFailureKind } from "#gate/contract/run-failure.ts";

test("of every kind it is told how far the run had come", () => {
  const kinds = RunFailureKind.options;
  const at = (stage: string) => kinds.filter((kind) => stageOfFailure(kind) === stage);
  expect(at("ours")).toEqual(["record_unwritable", "bug"]);
  expect(at("before")).toContain("codex_not_installed");
  expect(at("turn")).toEqual(expect.arrayContaining(["turn_failed", "usage_limit"]));
  expect(at("anywhere")).toEqual(expect.arrayContaining(["timeout", "cancelled", "killed"]));
  expect(at("after")).toEqual(
    expect.arrayContaining(["agent_refused", "tool_forbidden", "verification_failed"]),
  );
});
