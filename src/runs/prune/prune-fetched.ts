import { lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { listIfPresent } from "#base/files.ts";
import type { Locations } from "#runs/locations.ts";
import { isOwnFolder } from "./contained.ts";
import type { PruneOptions, Removed } from "./prune-records.ts";
import { DAY_MS, HOUR_MS, isPast } from "./retention.ts";

const STORE = /^[0-9a-f]{20}$/;
/** One that was not moved into its place. */
const UNFINISHED = /^[0-9a-f]{20}\.[0-9a-f-]{36}\.tmp$/;

/**
 * Removes histories of plugins that were fetched longer ago than unused stores are kept. They can be fetched
 * again.
 */
export function pruneFetched(locations: Locations, { retention, now, dryRun }: PruneOptions): Removed {
  const { root, fetched } = locations;
  let [count, bytes] = [0, 0];
  for (const name of listIfPresent(fetched)) {
    const path = join(fetched, name);
    const age = STORE.test(name) ? retention.storeDays * DAY_MS : retention.leftoverHours * HOUR_MS;
    if (!(STORE.test(name) || UNFINISHED.test(name)) || !isOwnFolder(root, path)) continue;
    if (!isPast(lastFetch(path), age, now.getTime())) continue;
    bytes += bytesBelow(path);
    count += 1;
    if (!dryRun) rmSync(path, { recursive: true, force: true });
  }
  return { count, bytes };
}

/** Git writes this file anew with every fetch. */
function lastFetch(store: string): number {
  const places = [store, join(store, "FETCH_HEAD")];
  return Math.max(...places.map((path) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}

/** Links are not followed. */
function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sum + bytesBelow(path);
    return sum + (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}
