import { type FailureStage, stageOfFailure } from "#gate/contract/failure-stage.ts";
import type { RunEnded } from "#runs/records/run-record.ts";

/** Where nothing is known of what the run was to do. */
const COULD_NOT: readonly FailureStage[] = ["before", "ours"];
/** Of a review's remarks these say that the change is not to go on as it is. */
const GRAVE: readonly (string | null)[] = ["critical", "high"];

/**
 * Returns the exit code of a run that has ended: 0 where it did what it was to do, 1 where it did not or
 * a review found something grave that stands, 2 where it could not even begin.
 */
export function runExitCode({
  outcome,
  remarks,
  turnIds,
}: Pick<RunEnded, "outcome" | "remarks" | "turnIds">): 0 | 1 | 2 {
  if (outcome.kind === "failed") {
    const { kind } = outcome.failure;
    // It is told before the turn where Codex says so, and else by the provider's refusal.
    const isUntried = kind === "not_signed_in" && turnIds.length === 0;
    return isUntried || COULD_NOT.includes(stageOfFailure(kind)) ? 2 : 1;
  }
  return graveRemarks({ remarks }) === 0 ? 0 : 1;
}

/** Returns how many remarks of a review are high or critical and were not found to be wrong. */
export function graveRemarks({ remarks }: Pick<RunEnded, "remarks">): number {
  const grave = remarks?.filter(
    ({ severity, check }) => check !== "does-not-stand" && GRAVE.includes(severity),
  );
  return grave?.length ?? 0;
}
