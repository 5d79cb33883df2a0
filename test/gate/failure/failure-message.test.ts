import { describe, expect, test } from "vitest";
import type { Failure } from "#gate/failure/failure.ts";
import { failureDetail, failureLine, failureMessage } from "#gate/failure/failure-message.ts";
import { FAILURE_TEXTS } from "#gate/failure/failure-texts.ts";
import { DETAIL, ONE_OF_EACH } from "#test/failure-values.ts";

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
