import { type CheckRules, canBlock } from "./check-findings.ts";
import type { CheckedFinding } from "./finding.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** A kept answer as it counts now. */
export type JudgedVerdict = {
  readonly findings: readonly CheckedFinding[];
  readonly verdict: Verdict;
};

/**
 * Returns what the findings of an earlier review mean under the rules of this session. Their check
 * against the code still holds, for it was the same code. Whether they block is decided anew: what
 * is settled here is settled, what was settled in another session counts again, and the severity that
 * blocks is the one configured now. What the reviewer itself let go is part of its answer and stays.
 */
export function keptVerdict(findings: readonly CheckedFinding[], rules: CheckRules): JudgedVerdict {
  const judged = findings.map((finding) => judgedAnew(finding, rules));
  return { findings: judged, verdict: verdictOf(judged) };
}

function judgedAnew(
  checked: CheckedFinding,
  { settled, blockSeverity, history }: CheckRules,
): CheckedFinding {
  if (checked.status === "unverified") return checked;
  const { id, finding, line } = checked;
  const by = settled.get(id);
  if (by !== undefined) {
    const why = history?.reasons.get(id);
    return { status: "settled", id, finding, line, by, ...(why === undefined ? {} : { why }) };
  }
  if (checked.status === "settled" && checked.by === "reviewer") return checked;
  return { status: canBlock(finding, blockSeverity) ? "counts" : "note", id, finding, line };
}
