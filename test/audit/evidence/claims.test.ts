import { expect, test } from "vitest";
import { claimsOfReceipt } from "#audit/evidence/claims-of-receipt.ts";
import { claimsOfRun } from "#audit/evidence/claims-of-run.ts";
import { sha256 } from "#base/digest.ts";
import { canonicalJson } from "#base/json.ts";
import { PROMPT_VERSION } from "#gate/prompt/instructions.ts";
import { wholeChain } from "#test/chain-values.ts";
import { sealValue } from "#test/evidence-values.ts";
import { reviewValue } from "#test/session-values.ts";
import { storedRunValue } from "#test/stored-run-values.ts";

function receipt(own: Parameters<typeof reviewValue>[0] | null, repository: null | undefined = undefined) {
  const draft = {
    review: own === null ? null : reviewValue(own),
    ...(repository === null ? { repository } : {}),
  };
  const stored = wholeChain([draft]).receipts[0];
  if (stored === undefined) throw new Error("the chain is empty");
  return claimsOfReceipt(stored.receipt);
}

function run(ofEnded: object, ofBegun: object = {}) {
  const { begun, ended } = storedRunValue(undefined, { begun: ofBegun, ended: ofEnded });
  if (ended === undefined) throw new Error("the run has ended");
  return claimsOfRun(begun, ended);
}

test("a receipt without a review claims nothing of Codex", () => {
  expect(receipt(null)).toBeUndefined();
});

test("a receipt claims a read-only turn within its seconds", () => {
  expect(receipt({})).toMatchObject({
    source: "gate-review",
    threadId: "thread-1",
    sandbox: "read-only",
    completed: true,
    prompt: undefined,
    answer: { kind: "verdict", nonce: "n1", decision: "ALLOW", findings: [] },
    commands: [{ command: "git show", exitCode: 0 }],
    rollouts: [{ threadId: "thread-1" }],
    began: Date.parse("2026-01-02T03:04:00.000Z"),
    ended: Date.parse("2026-01-02T03:04:12.300Z"),
    noRollout: undefined,
  });
});

test("what a receipt leaves open is not claimed", () => {
  const bare = {
    model: null,
    modelProvider: null,
    effort: null,
    usage: null,
    rollout: null,
    commands: [{ command: "x", exitCode: null }],
  };
  expect(receipt({ ...bare, promptVersion: PROMPT_VERSION }, null)).toMatchObject({
    cwd: undefined,
    model: undefined,
    modelProvider: undefined,
    effort: undefined,
    tokens: undefined,
    commands: [{ exitCode: undefined }],
    prompt: { form: "gate", digest: "d1" },
    rollouts: [],
    noRollout: "Codex had written no file of the thread",
  });
});

test("a receipt claims each finding as the reviewer wrote it", () => {
  const finding = {
    title: "t",
    severity: "high",
    kind: "fact",
    file: "a",
    side: "new",
    line_start: 1,
    line_end: 1,
    quote: "q",
    failure_path: "f",
    recommendation: "r",
  } as const;
  const stored = wholeChain([{ findings: [{ status: "note", id: "f1", finding, line: 1 }] }]).receipts[0];
  if (stored === undefined) throw new Error("the chain is empty");
  expect(claimsOfReceipt(stored.receipt)?.answer).toMatchObject({ findings: [canonicalJson(finding)] });
});

test("a run that began no thread claims nothing of Codex", () => {
  expect(run({ threadId: null, turnIds: [] })).toBeUndefined();
  expect(run({ threadId: null, turnIds: ["turn-1"] })).toMatchObject({ threadId: undefined });
  expect(
    run({ threadId: null, turnIds: [], rollouts: [{ threadId: "t", seal: sealValue() }] }),
  ).toBeDefined();
});

test("a run claims what its end says", () => {
  expect(run({}, { resumes: "thread-0" })).toMatchObject({
    source: "exec",
    resumed: true,
    codexHome: "/home/user/.codex",
    prompt: { form: "text", digest: sha256("Draw a cat\n") },
    answer: { kind: "text", digest: sha256("Done.") },
    completed: true,
    noRollout: "it was ephemeral",
  });
  const nothing = {
    cliVersion: null,
    model: null,
    modelProvider: null,
    effort: null,
    sandbox: null,
    usage: null,
    answer: null,
    noRollout: null,
    commands: [{ command: "x", exitCode: null }],
  };
  expect(run(nothing)).toMatchObject({
    resumed: false,
    cliVersion: undefined,
    model: undefined,
    modelProvider: undefined,
    effort: undefined,
    sandbox: undefined,
    tokens: undefined,
    answer: { kind: "none" },
    noRollout: undefined,
    commands: [{ exitCode: undefined }],
  });
});

test("Codex words the prompt of a review, but for one with instructions", () => {
  const review = { kind: "review", target: { kind: "uncommitted" } };
  expect(run({}, review)).toMatchObject({ prompt: undefined, target: { kind: "uncommitted" } });
  expect(run({}, { kind: "review" })).toMatchObject({ prompt: undefined, target: undefined });
  const custom = { kind: "review", target: { kind: "custom", instructions: "look" } };
  expect(run({}, custom)).toMatchObject({ prompt: { form: "text" } });
});

test.each([
  ["verification_failed", true],
  ["turn_failed", false],
  ["timeout", undefined],
] as const)("after %s the turn's completion is %s", (kind, completed) => {
  expect(run({ outcome: { kind: "failed", failure: { kind, detail: "" } } })).toMatchObject({ completed });
});
