import type { Call } from "#commands/command.ts";
import type { RunFailureKind } from "#gate/contract/run-failure.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import type { Locations } from "#runs/locations.ts";
import { readRun, runNames, type StoredRun } from "#runs/records/run-files.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** What is older is meant by nobody who types no id. */
const RECENT_DAYS = 30;

/**
 * Yields the runs on threads that were started in this repository, or in this folder where it is none, the
 * latest first; `everywhere` those of all places. Reviews of the gate are no runs, and exec runs have no
 * thread that goes on.
 */
export function* threadRuns(
  call: Call,
  locations: Locations,
  { everywhere, days }: { readonly everywhere: boolean; readonly days: number },
): Generator<StoredRun> {
  const here = workTreeRoot(call.cwd) ?? call.cwd;
  const since = new Date(call.now.getTime() - days * DAY_MS).toISOString();
  for (const name of runNames(locations, since)) {
    const read = readRun(name);
    if (read.kind !== "run" || read.run.begun.kind === "exec") continue;
    if (everywhere || placeOf(read.run) === here) yield read.run;
  }
}

/**
 * Returns the latest of them, or `undefined` where there is none of the last thirty days. One that got no
 * thread, for another had it or Codex does not continue it, is not meant: what ran before it is.
 */
export function latestThreadRun(call: Call, locations: Locations): StoredRun | undefined {
  for (const run of threadRuns(call, locations, { everywhere: false, days: RECENT_DAYS })) {
    if (!wasRefused(run)) return run;
  }
  return undefined;
}

const WITHOUT_THREAD: readonly RunFailureKind[] = ["thread_busy", "thread_unavailable"];

function wasRefused({ ended }: StoredRun): boolean {
  return ended?.outcome.kind === "failed" && WITHOUT_THREAD.includes(ended.outcome.failure.kind);
}

function placeOf({ begun }: StoredRun): string {
  return begun.workTree?.root ?? begun.cwd;
}
