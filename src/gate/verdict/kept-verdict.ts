import type { Ledger } from "#gate/ledger/ledger.ts";
import type { Standing } from "#gate/ledger/ledger-standing.ts";
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
 * blocks is the one configured now. What the reviewer itself let go is part of its answer and stays; what it did
 * not answer to binds only the session that disputed it.
 */
export function keptVerdict(findings: readonly CheckedFinding[], rules: CheckRules): JudgedVerdict {
  const judged = findings.map((finding) => judgedAnew(finding, rules));
  return { findings: judged, verdict: verdictOf(judged) };
}

/**
 * Returns what is kept of an answer: its findings, and those that the reviewer was told to leave out,
 * for a person or the end of the rounds had settled them, and whose lines stand. Whoever has not
 * settled them there must not be signed on such an answer.
 */
export function findingsToKeep(
  findings: readonly CheckedFinding[],
  { ledger, standing }: { readonly ledger: Ledger; readonly standing: ReadonlyMap<string, Standing> },
): readonly CheckedFinding[] {
  const raised = new Set(findings.map(({ id }) => id));
  const told = ledger.flatMap(({ id, finding, line, state, why }): CheckedFinding[] => {
    const by = state === "dismissed" ? "person" : state === "capped" ? "cap" : undefined;
    if (by === undefined || line === null || raised.has(id) || standing.get(id) !== "stands") return [];
    return [{ status: "settled", id, finding, line, by, why }];
  });
  return [...findings, ...told];
}

function judgedAnew(checked: CheckedFinding, rules: CheckRules): CheckedFinding {
  if (checked.status === "unverified") {
    if (checked.doubt !== "dispute-not-answered" || rules.history?.disputed.has(checked.id)) return checked;
    // Its place was proved; what stood against it was said in another session.
    const { id, finding } = checked;
    return placed({ id, finding, line: Math.min(finding.line_start, finding.line_end) }, rules);
  }
  if (checked.status === "settled" && checked.by === "reviewer" && !rules.settled.has(checked.id))
    return checked;
  return placed(checked, rules);
}

type Placed = Pick<Extract<CheckedFinding, { status: "counts" }>, "id" | "finding" | "line">;

function placed(
  { id, finding, line }: Placed,
  { settled, blockSeverity, history }: CheckRules,
): CheckedFinding {
  const by = settled.get(id);
  if (by === undefined) {
    return { status: canBlock(finding, blockSeverity) ? "counts" : "note", id, finding, line };
  }
  const why = history?.reasons.get(id);
  return { status: "settled", id, finding, line, by, ...(why === undefined ? {} : { why }) };
}
