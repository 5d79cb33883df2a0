import { historyOf, settledBy } from "#gate/ledger/ledger.ts";
import { keptVerdict } from "#gate/verdict/kept-verdict.ts";
import { dismissals } from "#runs/sessions/dismissals.ts";
import type { Look, StopCase } from "./stop-case.ts";

/**
 * Returns whether what held this very content back is open no more: a person has dismissed the last
 * of it meanwhile. Then the verdict on it is judged anew, which asks nobody.
 */
export function nothingOpen({ call, config, session }: StopCase, { tree, fingerprint }: Look): boolean {
  const { review, ledger } = session;
  if (review === undefined || review.fingerprint !== fingerprint) return false;
  const dismissed = dismissals(call.locations, tree.repository.commonDirectory);
  const { verdict } = keptVerdict(review.findings, {
    blockSeverity: config.blockSeverity,
    settled: settledBy(ledger, dismissed),
    history: historyOf(ledger, dismissed),
  });
  return dismissed.size > 0 && verdict.kind === "allow";
}
