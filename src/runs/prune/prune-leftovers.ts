import { type Dirent, lstatSync, readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";
import { isLocked, LockFault, withLock } from "#base/lock.ts";
import type { Locations } from "#runs/locations.ts";
import { isOwnFolder } from "./contained.ts";
import { isOldFile, type PruneOptions, type Removed, removeFiles } from "./prune-records.ts";
import { HOUR_MS, isPast } from "./retention.ts";

/** As `writeTemporary` names what it has not put in its place yet: `.NAME.PID.UUID.tmp`. */
const TEMPORARY = /^\..+\.\d+\.[0-9a-f]{8}-[0-9a-f-]{27}\.tmp$/;
/** An object store that was not moved into its place, or is on its way out. */
const STORE = /^[0-9a-f]{20}\.[0-9a-f-]{36}\.tmp$/;
const GUARD = /\.[0-9a-f]{12}\.breaking$/;

/**
 * Removes what killed processes left half done: temporary files, stores that were being made, locks of
 * the dead and the guards of those who broke them. A living process needs each of these for milliseconds.
 */
export async function pruneLeftovers(
  locations: Locations,
  { retention, now, dryRun }: PruneOptions,
): Promise<Removed> {
  const age = retention.leftoverHours * HOUR_MS;
  // What is left half done in a run's folder goes with it.
  const without = [locations.objects, locations.fetched, locations.launch, locations.runs];
  const files = [...filesBelow(locations.root, without), ...filesIn(locations.runs)].filter((path) =>
    isOldFile(path, age, now),
  );
  const locks = files.filter((path) => path.endsWith(".lock") && !isLocked(path));
  if (!dryRun) for (const lock of locks) await breakLock(lock);
  const names = (pattern: RegExp) => files.filter((path) => pattern.test(basename(path)));
  const guards = names(GUARD).filter((path) => !isLocked(path));
  const removed = removeFiles(locations.root, [...names(TEMPORARY), ...guards], dryRun);
  const stores = listIfPresent(locations.objects)
    .filter((name) => STORE.test(name))
    .map((name) => join(locations.objects, name))
    .filter(
      (path) => isOwnFolder(locations.root, path) && isPast(lstatSync(path).mtimeMs, age, now.getTime()),
    );
  if (!dryRun) for (const store of stores) rmSync(store, { recursive: true, force: true });
  return { count: removed.count + locks.length + stores.length, bytes: removed.bytes };
}

/** To take a lock and give it back is the one safe way to remove a dead one. */
async function breakLock(path: string): Promise<void> {
  try {
    await withLock(path, async () => undefined, AbortSignal.abort());
  } catch (error) {
    if (!(error instanceof LockFault)) throw error;
  }
}

/** Links are neither followed nor returned. */
function filesBelow(folder: string, without: readonly string[]): readonly string[] {
  return entriesIn(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return without.includes(path) ? [] : filesBelow(path, without);
    return entry.isFile() ? [path] : [];
  });
}

function filesIn(folder: string): readonly string[] {
  return entriesIn(folder).flatMap((entry) => (entry.isFile() ? [join(folder, entry.name)] : []));
}

/** None where the folder went meanwhile, as that of a server does whose keeper ends, or is none. */
function entriesIn(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error) ?? "")) return [];
    throw error;
  }
}
