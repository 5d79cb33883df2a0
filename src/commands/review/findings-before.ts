import { historyOf, type Ledger, settledBy } from "#gate/ledger/ledger.ts";
import { ledgerBefore } from "#gate/ledger/ledger-before.ts";
import { type Standing, standingOf } from "#gate/ledger/ledger-standing.ts";
import type { ShownScope } from "#gate/scope/scope.ts";
import type { CheckRules } from "#gate/verdict/check-findings.ts";
import type { Evidence } from "#gate/verdict/evidence.ts";
import { readEvidence } from "./read-evidence.ts";
import type { ReviewTask } from "./review-task.ts";

/** What is remembered of findings when a review begins, and by which rules new ones are judged. */
export type FindingsBefore = {
  readonly ledger: Ledger;
  readonly standing: ReadonlyMap<string, Standing>;
  readonly rules: CheckRules;
  /** Read where there was something to look up in it. */
  readonly evidence: Evidence | undefined;
};

/**
 * Returns where earlier findings stand before the reviewer is asked. Without any, nothing is read.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function findingsBefore(
  task: ReviewTask,
  scopes: readonly [ShownScope, ...ShownScope[]],
  signal: AbortSignal,
): Promise<FindingsBefore> {
  const { dismissals, claim, config } = task;
  const evidence = task.ledger.length === 0 ? undefined : await readEvidence(task, scopes, signal);
  const standing =
    evidence === undefined ? new Map() : standingOf(task.ledger, evidence, wholeOf(scopes).coverage);
  const ledger = ledgerBefore(task.ledger, { standing, claim, dismissals });
  const rules: CheckRules = {
    blockSeverity: config.blockSeverity,
    settled: settledBy(ledger, dismissals),
    history: historyOf(ledger, dismissals),
  };
  return { ledger, standing, rules, evidence };
}

/** A continued round shows what is new first, and the whole change last. */
function wholeOf([first, ...others]: readonly [ShownScope, ...ShownScope[]]): ShownScope {
  return others.at(-1) ?? first;
}
