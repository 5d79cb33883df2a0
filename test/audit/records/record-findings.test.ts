import { expect, test } from "vitest";
import type { RecordCheck } from "#audit/evidence/evidence.ts";
import { auditRecords } from "#audit/records/audit-records.ts";
import { findingsOfRecord } from "#audit/records/record-findings.ts";
import { factsValue, recordsValue, rolloutValue } from "#test/evidence-values.ts";
import { storedRunValue } from "#test/stored-run-values.ts";

const RUN = { run: "r1" };
const check = (own: Partial<RecordCheck>): RecordCheck => {
  return { name: "model", result: "holds", detail: "d", silent: false, ...own };
};

function kinds(checks: readonly RecordCheck[], subject: object = RUN) {
  const about = "run" in subject ? RUN : { session: "s1", receipt: "x" };
  return findingsOfRecord(about, { checks, rollouts: [], thread: "t" }).map(({ kind }) => kind);
}

test("of a run it is told what does not vouch for it; of a receipt its chain tells", () => {
  expect(kinds([check({ name: "record" })])).toEqual([]);
  expect(kinds([check({ name: "record", result: "fails" })])).toEqual(["run-edited"]);
  expect(kinds([check({ name: "record", result: "unknown" })])).toEqual(["run-unrecorded"]);
  expect(kinds([check({ name: "record", result: "fails" })], {})).toEqual([]);
});

test("a claim that is refuted is a finding, one that is open a note, one that nobody could know nothing", () => {
  const open = [check({ result: "unknown" }), check({ result: "unknown", silent: true }), check({})];
  expect(kinds(open)).toEqual(["claim-open"]);
  expect(kinds([check({ result: "fails" }), ...open])).toEqual(["claim-refuted"]);
});

test("lines of a sealed rollout that nothing could be made of are told by their place", () => {
  const unread = [{ why: "binary", lines: 2, firstAt: 70 }] as const;
  const rollouts = [rolloutValue({ facts: factsValue([], { unread }) }), rolloutValue({ facts: undefined })];
  expect(findingsOfRecord(RUN, { checks: [], rollouts, thread: "t" })).toEqual([
    { kind: "rollout-damaged", run: "r1", thread: "thread-1", detail: "binary (2), from byte 70 on" },
  ]);
});

test("runs are judged beside receipts: what is unreadable, gone or under way is told as such", () => {
  const stored = storedRunValue(undefined, {
    ended: { threadId: null, turnIds: [], noRollout: "no thread" },
  });
  const going = { ...stored, ended: undefined, digests: { ...stored.digests, ended: undefined } };
  const asked = { prompt: null, contract: null };
  const { name } = storedRunValue("20260102T030406000Z-0badbeef");
  const audit = auditRecords(
    recordsValue({
      runs: [
        { run: stored, asked },
        { run: going, asked },
      ],
      unreadableRuns: [{ name, path: "/x", detail: "torn" }],
      missing: { runs: [{ run: "r9", at: "2026-01-02T03:04:05.000Z" }], receipts: [] },
    }),
  );
  expect(audit.runs.map(({ standing }) => standing)).toEqual(["nothing-claimed", "nothing-claimed"]);
  expect(audit.findings.map(({ kind }) => kind)).toEqual([
    "run-missing",
    "run-unreadable",
    "run-unrecorded",
    "run-unrecorded",
  ]);
  const edited = { ...going, begun: { ...going.begun, id: name.id } };
  const [one] = auditRecords(recordsValue({ runs: [{ run: edited, asked }] })).runs;
  expect(one?.standing).toBe("contradicted");
  const claiming = storedRunValue();
  expect(auditRecords(recordsValue({ runs: [{ run: claiming, asked }] })).runs[0]?.standing).toBe("unproven");
});
