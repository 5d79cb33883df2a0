import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import type { Baseline, Session } from "#runs/sessions/session.ts";
import type { Ending } from "./stop-case.ts";

/** Older decisions are about contents that no later stop is likely to meet again. */
const DECISIONS_KEPT = 50;

/**
 * Returns what was decided about which content, this ending included. A signature is remembered from
 * both sides: a partial one leaves the tree ahead of its new baseline. What came after the rounds were
 * used up was decided about by nobody: the next prompt has it reviewed.
 */
export function decidedContents(
  known: Session["decided"],
  { outcome, look, review }: Ending,
  signed: Baseline | undefined,
): Session["decided"] {
  if (look?.baseline === undefined || (outcome.kind === "capped" && review === undefined)) return known;
  const as = decisionOf(outcome);
  if (as === undefined) return known;
  const baseline = signed === undefined ? look.baseline.fingerprint : fingerprintOf(signed.snapshot);
  return [...known, { baseline, fingerprint: look.fingerprint, as }].slice(-DECISIONS_KEPT);
}

function decisionOf(outcome: Ending["outcome"]): Session["decided"][number]["as"] | undefined {
  switch (outcome.kind) {
    case "allowed":
    case "blocked":
    case "advised":
    case "capped":
      return outcome.kind;
    case "skipped":
      return outcome.why === "nothing-to-show" ? "unshowable" : undefined;
    case "deferred":
    case "unresolved":
    case "failed":
    case "joined":
      return undefined;
  }
}
