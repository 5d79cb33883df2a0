import type { Delegations } from "#claude/delegations/delegation.ts";
import type { JudgedClaim } from "./claim-verdict.ts";
import { worksIn } from "./judge-prose.ts";
import type { SeenEvidence, SeenRun } from "./seen-run.ts";

/**
 * Returns the runs of Codex in a session's time and folders that no claim of it accounts for. They can be
 * a person's, or another session's. Reviews of the gate are none, nor what belongs to a run that is accounted for.
 */
export function unclaimedRuns(
  claims: readonly JudgedClaim[],
  { from = 0, to = 0, folders }: Delegations,
  { runs }: SeenEvidence,
): readonly SeenRun[] {
  const named = new Set(claims.flatMap(({ verdict }) => verdict.runs));
  const threads = new Set(
    runs.flatMap((run) => (named.has(run.id) || run.receipt !== undefined ? [run.thread] : [])),
  );
  return runs.filter(
    (run) =>
      run.receipt === undefined &&
      !named.has(run.id) &&
      !(run.parent !== undefined && threads.has(run.parent)) &&
      run.began >= from &&
      run.began <= to &&
      worksIn(run, folders),
  );
}
