import { expect, test } from "vitest";
import { failureDetail, failureRecord } from "#gate/failure/failure-message.ts";

const TOKEN = `${"ghp_"}${"aZ9kQ2mX7pL4wR8tB5nC1vD6yF3h00000001"}`;

test("a record keeps the plain data of a failure, and no secret-looking value of it", () => {
  const failure = { kind: "answer-wrong-shape", issues: [`key ${TOKEN}`, "another"] } as const;
  expect(failureRecord(failure)).toEqual({
    kind: "answer-wrong-shape",
    issues: ["key [redacted: GitHub token]", "another"],
  });
  expect(failureRecord({ kind: "deadline", seconds: 240, waitingFor: TOKEN })).toEqual({
    kind: "deadline",
    seconds: 240,
    waitingFor: "[redacted: GitHub token]",
  });
});

test("nor does its one line", () => {
  expect(failureDetail({ kind: "bug", detail: `it was ${TOKEN}` })).toBe("it was [redacted: GitHub token]");
});
