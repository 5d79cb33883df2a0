import { describe, expect, test } from "vitest";
import type { Failure, FailureKind } from "#gate/failure/failure.ts";
import { failureDetail, failureLine, failureMessage } from "#gate/failure/failure-message.ts";
import { FAILURE_TEXTS } from "#gate/failure/failure-texts.ts";

const DETAIL = "unexpected status 401: bad key";

/** One of each kind: a new kind does not compile without. */
const ONE_OF_EACH: { readonly [K in FailureKind]: Extract<Failure, { kind: K }> } = {
  "codex-missing": { kind: "codex-missing", detail: DETAIL },
  "codex-unusable": { kind: "codex-unusable", path: "/usr/bin/codex", detail: DETAIL },
  "codex-too-old": { kind: "codex-too-old", path: "/usr/bin/codex", version: "0.1.0", needed: "0.128.0" },
  "not-signed-in": { kind: "not-signed-in", detail: DETAIL },
  "usage-limit": { kind: "usage-limit", detail: DETAIL, resetsAt: Date.UTC(2026, 10, 21, 14, 6) },
  "rate-limit": { kind: "rate-limit", detail: DETAIL, retryAt: Date.UTC(2026, 10, 21, 14, 7) },
  "model-not-found": { kind: "model-not-found", detail: DETAIL },
  "context-too-large": { kind: "context-too-large", detail: DETAIL },
  "provider-unreachable": { kind: "provider-unreachable", detail: DETAIL },
  "provider-silent": { kind: "provider-silent", seconds: 240, waitingFor: "its first word" },
  "provider-overloaded": { kind: "provider-overloaded", detail: DETAIL },
  "stream-cut": { kind: "stream-cut", detail: DETAIL },
  "request-refused": { kind: "request-refused", detail: DETAIL },
  "turn-failed": { kind: "turn-failed", detail: DETAIL },
  "turn-interrupted": { kind: "turn-interrupted" },
  deadline: { kind: "deadline", seconds: 240, waitingFor: "the model" },
  "server-start-failed": { kind: "server-start-failed", detail: DETAIL },
  "server-died": { kind: "server-died", detail: DETAIL },
  "server-draining": { kind: "server-draining" },
  "sandbox-unusable": { kind: "sandbox-unusable", detail: DETAIL },
  "approval-asked": { kind: "approval-asked", method: "item/commandExecution/requestApproval" },
  protocol: { kind: "protocol", method: "thread/start", detail: DETAIL },
  "git-missing": { kind: "git-missing" },
  "git-failed": { kind: "git-failed", command: "git write-tree", exitCode: 128, detail: DETAIL },
  "git-timed-out": { kind: "git-timed-out", command: "git add" },
  "lock-held": { kind: "lock-held", path: "/state/lock", by: 42 },
  "answer-empty": { kind: "answer-empty" },
  "answer-not-json": { kind: "answer-not-json", detail: DETAIL },
  "answer-wrong-shape": {
    kind: "answer-wrong-shape",
    issues: ["findings: Invalid input", "summary: Invalid input"],
  },
  "answer-wrong-request": { kind: "answer-wrong-request" },
  "answer-contradicts-itself": { kind: "answer-contradicts-itself", detail: DETAIL },
  "reviewer-blind": { kind: "reviewer-blind", detail: DETAIL },
  "reviewer-wrote": { kind: "reviewer-wrote", detail: DETAIL },
  "reviewer-unsandboxed": { kind: "reviewer-unsandboxed", detail: DETAIL },
  "bad-input": { kind: "bad-input", detail: DETAIL },
  "disk-full": { kind: "disk-full", detail: DETAIL },
  "state-unwritable": { kind: "state-unwritable", detail: DETAIL },
  "state-corrupt": { kind: "state-corrupt", path: "/state/session.json", detail: DETAIL },
  bug: { kind: "bug", detail: DETAIL },
};
const ALL: readonly Failure[] = Object.values(ONE_OF_EACH);

describe("failureMessage", () => {
  test.each(ALL.map((failure) => [failure.kind, failure] as const))(
    "of %s says what happened and what to do next",
    (kind, failure) => {
      const message = failureMessage(failure);
      expect(message).toMatch(/^\S.*\. \S.*\.$/);
      expect(message).not.toContain("undefined");
      expect(message.startsWith(failureLine(failure))).toBe(true);
      expect(message.endsWith(FAILURE_TEXTS[kind].next)).toBe(true);
      if ("detail" in failure) expect(message).toContain(DETAIL);
    },
  );

  test("says something different for each kind", () => {
    expect(new Set(Object.values(FAILURE_TEXTS).map(({ what }) => what)).size).toBe(ALL.length);
  });

  test("carries every fact that the failure has", () => {
    expect(ALL.map(failureDetail).filter((detail) => !["", DETAIL].includes(detail))).toMatchInlineSnapshot(`
      [
        "/usr/bin/codex; unexpected status 401: bad key",
        "/usr/bin/codex; version 0.1.0, needed 0.128.0",
        "unexpected status 401: bad key; resets 2026-11-21 14:06 UTC",
        "unexpected status 401: bad key; retry 2026-11-21 14:07 UTC",
        "after 240 s, waiting for its first word",
        "after 240 s, waiting for the model",
        "item/commandExecution/requestApproval",
        "thread/start; unexpected status 401: bad key",
        "git write-tree; exit code 128; unexpected status 401: bad key",
        "git add",
        "/state/lock; process 42",
        "findings: Invalid input, summary: Invalid input",
        "/state/session.json; unexpected status 401: bad key",
      ]
    `);
  });

  test("leaves out times and processes that are not known, or are no times", () => {
    const limit = { kind: "usage-limit", detail: "" } as const;
    expect(failureDetail({ ...limit, resetsAt: undefined })).toBe("");
    expect(failureDetail({ ...limit, resetsAt: 1e300 })).toBe("");
    expect(failureDetail({ kind: "lock-held", path: "/l", by: undefined })).toBe("/l");
  });

  test("shows upstream text on one safe, bounded line", () => {
    const detail = `\u001b[31mred\u001b[0m\n\n${"x".repeat(5000)}`;
    const message = failureMessage({ kind: "turn-failed", detail });
    expect(message).toContain("(red xxx");
    for (const unsafe of ["\u001b", "\n"]) expect(message).not.toContain(unsafe);
    expect(message.length).toBeLessThan(1000);
  });
});
