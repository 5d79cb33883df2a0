import { describe, expect, test } from "vitest";
import type { LedgerEntry } from "#gate/ledger/ledger.ts";
import type { Standing } from "#gate/ledger/ledger-standing.ts";
import type { CheckRules } from "#gate/verdict/check-findings.ts";
import type { CheckedFinding } from "#gate/verdict/finding.ts";
import { findingsToKeep, keptVerdict } from "#gate/verdict/kept-verdict.ts";
import { countingFinding, reviewFinding } from "#test/review-values.ts";

const RULES: CheckRules = { blockSeverity: "high", settled: new Map() };
const SETTLED_BY_CAP: CheckedFinding = { ...countingFinding({}, "f1"), status: "settled", by: "cap" };
const SETTLED_BY_PERSON: CheckedFinding = { ...SETTLED_BY_CAP, by: "person" };
const UNVERIFIED: CheckedFinding = {
  status: "unverified",
  id: "f9",
  finding: reviewFinding(),
  doubt: "quote-not-found",
};

function statuses(findings: readonly CheckedFinding[], rules: CheckRules): readonly string[] {
  return keptVerdict(findings, rules).findings.map(({ status }) => status);
}

describe("keptVerdict", () => {
  test("blocks again with the findings that counted", () => {
    const kept = countingFinding({}, "f1");
    expect(keptVerdict([kept], RULES)).toEqual({
      findings: [kept],
      verdict: { kind: "block", findings: [kept] },
    });
  });

  test("allows where there was nothing", () => {
    expect(keptVerdict([], RULES)).toEqual({ findings: [], verdict: { kind: "allow" } });
  });

  test.each(["cap", "person"] as const)("does not block with what this session's %s has settled", (by) => {
    const kept = [countingFinding({}, "f1"), countingFinding({}, "f2")];
    const { findings, verdict } = keptVerdict(kept, { ...RULES, settled: new Map([["f1", by]]) });
    expect(findings).toEqual([{ ...kept[0], status: "settled", by }, kept[1]]);
    expect(verdict).toEqual({ kind: "block", findings: [kept[1]] });
  });

  test("gives the reason why a finding is settled here, where there is one", () => {
    const history = { known: [], disputed: new Map(), reasons: new Map([["f1", "by design"]]) };
    const rules: CheckRules = { ...RULES, settled: new Map([["f1", "person"]]), history };
    expect(keptVerdict([countingFinding({}, "f1")], rules).findings).toEqual([
      { ...SETTLED_BY_PERSON, why: "by design" },
    ]);
  });

  test("lets what was settled in another session count again", () => {
    expect(keptVerdict([SETTLED_BY_CAP], RULES)).toEqual({
      findings: [countingFinding({}, "f1")],
      verdict: { kind: "block", findings: [countingFinding({}, "f1")] },
    });
    expect(statuses([SETTLED_BY_PERSON], RULES)).toEqual(["counts"]);
  });

  test("lets what was settled and is settled say by whom it is now", () => {
    const rules: CheckRules = { ...RULES, settled: new Map([["f1", "person"]]) };
    expect(keptVerdict([SETTLED_BY_CAP], rules).findings).toEqual([SETTLED_BY_PERSON]);
  });

  test("leaves settled what the reviewer itself let go", () => {
    const withdrawn: CheckedFinding = { ...SETTLED_BY_CAP, by: "reviewer" };
    expect(keptVerdict([withdrawn], RULES)).toEqual({ findings: [withdrawn], verdict: { kind: "allow" } });
    const rules: CheckRules = { ...RULES, settled: new Map([["f1", "person"]]) };
    expect(keptVerdict([withdrawn], rules).findings).toEqual([SETTLED_BY_PERSON]);
  });

  test("lets what only another session disputed count, and what this one disputes not", () => {
    const finding = reviewFinding({ line_start: 7, line_end: 5 });
    const unanswered: CheckedFinding = { ...UNVERIFIED, finding, doubt: "dispute-not-answered" };
    expect(keptVerdict([unanswered], RULES).findings).toEqual([
      { status: "counts", id: "f9", finding, line: 5 },
    ]);
    const disputed = new Map([["f9", "the path that it gave"]]);
    const rules: CheckRules = { ...RULES, history: { known: [], disputed, reasons: new Map() } };
    expect(keptVerdict([unanswered], rules).findings).toEqual([unanswered]);
    expect(statuses([unanswered], { ...RULES, settled: new Map([["f9", "cap"]]) })).toEqual(["settled"]);
  });

  test("follows the severity that blocks now", () => {
    const kept = [countingFinding({ severity: "high" }, "f1")];
    expect(statuses(kept, { ...RULES, blockSeverity: "critical" })).toEqual(["note"]);
    const notes: CheckedFinding[] = [{ ...countingFinding({ severity: "low" }, "f1"), status: "note" }];
    expect(statuses(notes, RULES)).toEqual(["note"]);
    expect(statuses(notes, { ...RULES, blockSeverity: "low" })).toEqual(["counts"]);
  });

  test("never lets a question or an unproved finding block", () => {
    const question: CheckedFinding = { ...countingFinding({ kind: "question" }, "f1"), status: "note" };
    const rules: CheckRules = { blockSeverity: "low", settled: new Map([["f9", "person"]]) };
    expect(keptVerdict([question, UNVERIFIED], rules)).toEqual({
      findings: [question, UNVERIFIED],
      verdict: { kind: "allow" },
    });
  });
});

describe("findingsToKeep", () => {
  const ENTRY: LedgerEntry = {
    id: "f1",
    formerly: [],
    state: "dismissed",
    why: "by design",
    finding: reviewFinding(),
    line: 5,
    firstSeen: 1,
    lastSeen: 1,
  };
  function kept(entry: Partial<LedgerEntry>, standing: Standing = "stands", answered: CheckedFinding[] = []) {
    return findingsToKeep(answered, {
      ledger: [{ ...ENTRY, ...entry }],
      standing: new Map([["f1", standing]]),
    });
  }

  test("keeps what the reviewer was told to leave out, for those who have not settled it", () => {
    const told = kept({});
    expect(told).toEqual([{ ...SETTLED_BY_PERSON, why: "by design" }]);
    expect(keptVerdict(told, RULES).verdict.kind).toBe("block");
    expect(kept({ state: "capped" })).toEqual([{ ...SETTLED_BY_CAP, why: "by design" }]);
  });

  test("keeps an answer's own word about it once", () => {
    expect(kept({}, "stands", [SETTLED_BY_PERSON])).toEqual([SETTLED_BY_PERSON]);
  });

  test("keeps nothing of what is gone, was never placed, or is the reviewer's own word", () => {
    expect(kept({}, "gone")).toEqual([]);
    expect(kept({}, "unseen")).toEqual([]);
    expect(kept({ line: null })).toEqual([]);
    expect(kept({ state: "withdrawn" })).toEqual([]);
    expect(kept({ state: "open" })).toEqual([]);
  });
});
