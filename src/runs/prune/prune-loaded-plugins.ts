import { rmdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";
import { pluginsFolder, sessionsWithPlugins } from "#runs/loaded-plugins.ts";
import type { Locations } from "#runs/locations.ts";
import { isOwnFolder } from "./contained.ts";
import { isOldFile, type PruneOptions, type Removed, removeFiles } from "./prune-records.ts";
import { DAY_MS } from "./retention.ts";

const RECORD = /^[1-9]\d*\.json$/;

/**
 * Removes the records of plugins of sessions that went, whose receipts named them, and old ones of
 * sessions that nobody knows. Those of a session that stays stay.
 */
export function pruneLoadedPlugins(
  locations: Locations,
  sessions: { readonly gone: ReadonlySet<string>; readonly staying: ReadonlySet<string> },
  { retention, now, dryRun }: PruneOptions,
): Removed {
  let [count, bytes] = [0, 0];
  for (const session of sessionsWithPlugins(locations)) {
    const folder = pluginsFolder(locations, session);
    if (sessions.staying.has(session) || !isOwnFolder(locations.root, folder)) continue;
    const paths = listIfPresent(folder)
      .filter((name) => RECORD.test(name))
      .map((name) => join(folder, name))
      .filter((path) => sessions.gone.has(session) || isOldFile(path, retention.recordDays * DAY_MS, now));
    const removed = removeFiles(locations.root, paths, dryRun);
    if (!dryRun && removed.count > 0) removeIfEmpty(folder);
    count += removed.count;
    bytes += removed.bytes;
  }
  return { count, bytes };
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error) ?? "")) throw error;
  }
}
