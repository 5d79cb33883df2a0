import { expect, test } from "vitest";
import { turnEndText } from "#codex/rollout/turn-end-text.ts";

test("how a turn ended is told in the same words everywhere", () => {
  expect(turnEndText({ kind: "completed" })).toBe("completed");
  expect(turnEndText({ kind: "failed", detail: "no more tokens", reason: "usage_limit" })).toBe(
    "failed: no more tokens",
  );
  expect(turnEndText({ kind: "interrupted", reason: "interrupted" })).toBe("interrupted");
  expect(turnEndText({ kind: "interrupted", reason: "replaced" })).toBe("interrupted: replaced");
  expect(turnEndText({ kind: "completed-or-failed" })).toBe("ended without an answer, completed or failed");
  expect(turnEndText({ kind: "none" })).toMatch(/^no end on record/);
});
