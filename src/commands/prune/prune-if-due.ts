import { statSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "#base/files.ts";
import { LockFault } from "#base/lock.ts";
import { locationsOf } from "#runs/locations.ts";
import { DAY_MS, RETENTION } from "#runs/prune/retention.ts";
import { pruneEverything } from "./prune-everything.ts";

/** After so long the first day is only noted: where somebody set a wrong clock for a moment, all records look old. */
const LEAP_DAYS = 30;

/**
 * Prunes the state root that holds the folder of a server, unless that was done within a day or the
 * root itself is younger. For a process that nobody waits for.
 *
 * @throws what pruning throws, but for another one that is at it.
 */
export async function pruneIfDue(serverDirectory: string, now: Date, signal: AbortSignal): Promise<void> {
  const root = join(serverDirectory, "..", "..");
  const locations = locationsOf({ COUNTERSIGN_HOME: root }, root, process.platform);
  const mark = join(locations.pruned, "last");
  const days = daysSince(root, mark, now);
  if (signal.aborted || days <= 1) return;
  replaceFile(mark, `${now.toISOString()}\n`);
  if (days > LEAP_DAYS) return;
  try {
    await pruneEverything(locations, { retention: RETENTION, now, dryRun: false }, signal);
  } catch (error) {
    if (!(error instanceof LockFault)) throw error;
  }
}

/** A mark from the future was set before the clock was put back: it counts as one of as long ago. */
function daysSince(root: string, mark: string, now: Date): number {
  const made = statSync(root, { throwIfNoEntry: false })?.birthtimeMs;
  if (made === undefined) return 0;
  const last = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? made;
  return Math.abs(now.getTime() - last) / DAY_MS;
}
