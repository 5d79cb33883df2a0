import { statSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "#base/files.ts";
import { LockFault } from "#base/lock.ts";
import { locationsOf } from "#runs/locations.ts";
import { DAY_MS, RETENTION } from "#runs/prune/retention.ts";
import { pruneEverything } from "./prune-everything.ts";

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
  if (signal.aborted || !isDue(root, mark, now)) return;
  replaceFile(mark, `${now.toISOString()}\n`);
  try {
    await pruneEverything(locations, { retention: RETENTION, now, dryRun: false }, signal);
  } catch (error) {
    if (!(error instanceof LockFault)) throw error;
  }
}

/** A mark from the future was set before the clock was put back. */
function isDue(root: string, mark: string, now: Date): boolean {
  const made = statSync(root, { throwIfNoEntry: false })?.birthtimeMs;
  if (made === undefined) return false;
  const last = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? made;
  return Math.abs(now.getTime() - last) > DAY_MS;
}
