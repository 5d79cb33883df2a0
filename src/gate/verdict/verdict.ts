import type { AnswerFailure } from "#gate/failure/failure.ts";
import type { ReviewAnswer } from "./answer.ts";
import { canBlock } from "./check-findings.ts";
import type { CheckedFinding, Severity } from "./finding.ts";

export type CountingFinding = Extract<CheckedFinding, { status: "counts" }>;
export type UnverifiedFinding = Extract<CheckedFinding, { status: "unverified" }>;

/** A block names at least one finding that counts: without one there is no such value. */
export type BlockVerdict = {
  readonly kind: "block";
  readonly findings: readonly [CountingFinding, ...CountingFinding[]];
};
export type Verdict = { readonly kind: "allow" } | BlockVerdict;

/** Returns the verdict that the checked findings carry. The reviewer's own word has no part in it. */
export function verdictOf(checked: readonly CheckedFinding[]): Verdict {
  const [first, ...others] = checked.filter(isCounting);
  return first === undefined ? { kind: "allow" } : { kind: "block", findings: [first, ...others] };
}

/** What a reviewer is told once: which of its findings failed which check, or that it gave none. */
export type Correction =
  | { readonly kind: "none" }
  | { readonly kind: "no-findings" }
  | { readonly kind: "unverified"; readonly findings: readonly UnverifiedFinding[] };

/**
 * Returns what to tell a reviewer that says BLOCK while nothing counts. A finding below
 * `blockSeverity` is no reason: telling of it would only teach the reviewer to exaggerate.
 */
export function needsCorrection(
  answer: ReviewAnswer,
  checked: readonly CheckedFinding[],
  blockSeverity: Severity,
): Correction {
  if (answer.decision === "ALLOW" || checked.some(isCounting)) return { kind: "none" };
  if (checked.length === 0) return { kind: "no-findings" };
  const findings = checked.filter(isUnverified).filter(({ finding }) => canBlock(finding, blockSeverity));
  return findings.length === 0 ? { kind: "none" } : { kind: "unverified", findings };
}

/**
 * Returns why an answer that was already corrected once is no verdict: it still says BLOCK and
 * names nothing. To sign on such a word would be to guess which half of it was meant.
 */
export function contradiction(answer: ReviewAnswer): AnswerFailure | undefined {
  if (answer.decision === "ALLOW" || answer.findings.length > 0) return undefined;
  return { kind: "answer-contradicts-itself", detail: "it says BLOCK and names no finding" };
}

function isCounting(finding: CheckedFinding): finding is CountingFinding {
  return finding.status === "counts";
}

function isUnverified(finding: CheckedFinding): finding is UnverifiedFinding {
  return finding.status === "unverified";
}
