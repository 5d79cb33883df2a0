import type { RunFailureKind } from "#gate/contract/run-failure.ts";
import type { RunEnded } from "#runs/run-record.ts";

/** What kept a run from beginning, or is our own: nothing is known of what it was to do. */
const COULD_NOT: readonly RunFailureKind[] = [
  "contract_invalid",
  "input_missing",
  "codex_not_installed",
  "codex_unusable",
  "codex_too_old",
  "spawn_failed",
  "server_failed",
  "thread_unavailable",
  "record_unwritable",
  "bug",
];
/** Of a review's remarks these say that the change is not to go on as it is. */
const GRAVE: readonly (string | null)[] = ["critical", "high"];

/**
 * Returns the exit code of a run that has ended: 0 where it did what it was to do, 1 where it did not or
 * a review found something grave that stands, 2 where it could not even begin.
 */
export function runExitCode({ outcome, remarks }: Pick<RunEnded, "outcome" | "remarks">): 0 | 1 | 2 {
  if (outcome.kind === "failed") return COULD_NOT.includes(outcome.failure.kind) ? 2 : 1;
  return graveRemarks({ remarks }) === 0 ? 0 : 1;
}

/** Returns how many remarks of a review are high or critical and were not found to be wrong. */
export function graveRemarks({ remarks }: Pick<RunEnded, "remarks">): number {
  const grave = remarks?.filter(
    ({ severity, check }) => check !== "does-not-stand" && GRAVE.includes(severity),
  );
  return grave?.length ?? 0;
}
