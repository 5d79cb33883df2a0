import { expect, test } from "vitest";
import { auditRuns } from "#audit/run-checks.ts";
import { runReport } from "#audit/run-report.ts";
import { wholeChain, withEdited, without } from "#test/chain-values.ts";

test("countersign audit verify: all is well", () => {
  const chain = wholeChain([{}, { review: null }]);
  expect(runReport(auditRuns([chain], new Map([["20260102T030400000Z-s1-1", { kind: "appended" }]])))).toBe(
    `2 receipts checked: 1 proven, 1 nothing claimed.

What this can show: edits of single files, cuts and copies. What it cannot: all files rewritten
together by the same user. Against that, keep the last receipt's digest somewhere else.
`,
  );
});

test("countersign audit verify: one receipt edited, one missing, one rollout gone", () => {
  const chain = without(
    withEdited(wholeChain([{}, { review: null }, { review: null }, {}]), 1, { seconds: 0 }),
    3,
  );
  const rollouts = new Map([
    ["20260102T030400000Z-s1-1", { kind: "intact" }],
    ["20260102T030403000Z-s1-4", { kind: "missing" }],
  ] as const);
  expect(runReport(auditRuns([chain], rollouts))).toBe(
    `3 receipts checked: 1 unproven, 1 contradicted, 1 nothing claimed.

finding: a receipt is missing from the chain [receipt-missing]
  session: s1; n: 3
  Receipts are numbered without gaps, and this number was given out.
  Look for it in a backup. Without it nothing can be said about that stop.

finding: a receipt was changed after it was written [receipt-edited]
  session: s1; receipt: 20260102T030400000Z-s1-1; detail: receipt 2 holds another digest of it
  Its digest is no longer the one that the next receipt, or the session's file, holds.
  Do not rely on it. Compare its thread with Codex's own file, and ask who wrote to the state root.

finding: Codex's own file of the thread is gone [rollout-missing]
  session: s1; receipt: 20260102T030403000Z-s1-4; thread: thread-1
  The receipt names a thread of which Codex has no file, neither among its sessions nor its archive.
  Check that CODEX_HOME is the one the review used. Otherwise take this review as unproven.

What this can show: edits of single files, cuts and copies. What it cannot: all files rewritten
together by the same user. Against that, keep the last receipt's digest somewhere else.
`,
  );
});

test("what a file says cannot write to the terminal", () => {
  const audit = {
    receipts: [],
    findings: [{ kind: "receipt-unreadable", session: "s1", path: "/x", detail: "bad\u001b[2J\r\nline" }],
  } as const;
  expect(runReport(audit)).toContain("detail: bad line\n");
});

test("a fork names both receipts, and nothing checked is no list", () => {
  const findings = [{ kind: "chain-forked", session: "s1", n: 2, receipts: ["a", "b"] }] as const;
  const report = runReport({ receipts: [], findings });
  expect(report).toMatch(
    /^0 receipts checked\.\n\nfinding: two receipts have the same number \[chain-forked\]\n/,
  );
  expect(report).toContain("  session: s1; n: 2; receipts: a and b\n");
});
