import { expect, test } from "vitest";
import { auditRecords } from "#audit/records/audit-records.ts";
import { recordReport, runReport } from "#audit/records/run-report.ts";
import { wholeChain, withEdited, without } from "#test/chain-values.ts";
import { evidenceValue, recordsValue, rolloutValue } from "#test/evidence-values.ts";

test("countersign audit verify: all is well", () => {
  const chain = wholeChain([{}, { review: null }]);
  expect(
    runReport(
      auditRecords(
        recordsValue({ chains: [chain], evidence: new Map([["20260102T030400000Z-s1-1", evidenceValue()]]) }),
      ),
      undefined,
    ),
  ).toBe(
    `2 receipts checked: 1 proven, 1 nothing claimed.

What this can show: edits of single files, cuts and copies, and records that Codex's own files refute.
What it cannot: all files rewritten together by the same user. Against that, keep the last record's digest somewhere else.
`,
  );
});

test("countersign audit verify: one receipt edited, one missing, one rollout gone", () => {
  const chain = without(
    withEdited(wholeChain([{}, { review: null }, { review: null }, {}]), 1, { seconds: 20 }),
    3,
  );
  const gone = rolloutValue({ seal: { kind: "missing" }, facts: undefined });
  const evidence = new Map([
    ["20260102T030400000Z-s1-1", evidenceValue()],
    ["20260102T030403000Z-s1-4", evidenceValue({ rollouts: [gone] })],
  ]);
  expect(runReport(auditRecords(recordsValue({ chains: [chain], evidence })), undefined)).toBe(
    `3 receipts checked: 1 unproven, 1 contradicted, 1 nothing claimed.

finding: a receipt is missing from the chain [receipt-missing]
  session: s1; n: 3
  Receipts are numbered without gaps, and this number was given out; or the ledger of runs has it, and no pruning is on record.
  Look for it in a backup. Without it nothing can be said about that stop.

finding: a receipt was changed after it was written [receipt-edited]
  session: s1; receipt: 20260102T030400000Z-s1-1; detail: receipt 2 holds another digest of it
  Its digest is no longer the one that the next receipt, the session's file or the ledger of runs holds.
  Do not rely on it. Compare its thread with Codex's own file, and ask who wrote to the state root.

finding: Codex's own file of the thread is gone [rollout-missing]
  session: s1; receipt: 20260102T030403000Z-s1-4; thread: thread-1
  The record names a thread of which Codex has no file, neither among its sessions nor its archive.
  Check that CODEX_HOME is the one the run used. Otherwise take this run as unproven.

What this can show: edits of single files, cuts and copies, and records that Codex's own files refute.
What it cannot: all files rewritten together by the same user. Against that, keep the last record's digest somewhere else.
`,
  );
});

test("what a file says cannot write to the terminal", () => {
  const audit = {
    receipts: [],
    runs: [],
    findings: [{ kind: "receipt-unreadable", session: "s1", path: "/x", detail: "bad\u001b[2J\r\nline" }],
  } as const;
  expect(runReport(audit, undefined)).toContain("detail: bad line\n");
});

test("a fork names both receipts, and nothing checked is no list", () => {
  const findings = [{ kind: "chain-forked", session: "s1", n: 2, receipts: ["a", "b"] }] as const;
  const report = runReport({ receipts: [], runs: [], findings }, "ANCHORED.");
  expect(report).toMatch(
    /^0 receipts checked\.\n\nfinding: two receipts have the same number \[chain-forked\]\n/,
  );
  expect(report).toContain("  session: s1; n: 2; receipts: a and b\n");
  expect(report).toContain("same user. ANCHORED.\n");
});

test("one record is told check by check, and runs are counted beside receipts", () => {
  const check = { result: "holds", silent: false } as const;
  const checks = [
    { ...check, name: "record", detail: "as the ledger of runs has it" },
    { ...check, name: "folder", result: "fails", detail: "the record says\n/a" },
  ] as const;
  expect(recordReport("run r1", "nothing-claimed", checks)).toBe(
    "run r1: nothing claimed\n  record  holds    as the ledger of runs has it\n  folder  fails    the record says /a\n",
  );
  const run = { id: "r1", kind: "exec", standing: "proven", checks: [] } as const;
  expect(runReport({ receipts: [], runs: [run], findings: [] }, undefined)).toMatch(
    /^0 receipts checked\.\n1 run checked: 1 proven\.\n\n/,
  );
});
