import { randomUUID } from "node:crypto";
import { existsSync, lstatSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { errorText } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";
import type { ObjectId } from "#base/ids.ts";
import { isLocked } from "#base/lock.ts";
import { storeAt } from "#git/store/nested-stores.ts";
import { pruneStore } from "#git/store/prune-store.ts";
import type { Locations } from "#runs/locations.ts";
import { isOwnFolder } from "#runs/prune/contained.ts";
import type { PruneOptions, Removed } from "#runs/prune/prune-records.ts";
import type { LeftAlone } from "#runs/prune/prune-session.ts";
import { DAY_MS, HOUR_MS, isPast } from "#runs/prune/retention.ts";
import type { StoredSession } from "#runs/prune/stored-sessions.ts";

const KEY = /^[0-9a-f]{20}$/;

export type PrunedStores = {
  /** Stores that went as a whole. */
  readonly stores: Removed;
  /** Files that went out of stores that stay. */
  readonly objects: Removed;
  readonly kept: readonly LeftAlone[];
};

/**
 * Prunes the private object stores. `needed` are the trees that sessions refer to, by the store's name:
 * one that no session names goes as a whole once it has not been used for long, the others lose what
 * nobody refers to.
 */
export async function pruneStores(
  locations: Locations,
  needed: ReadonlyMap<string, readonly ObjectId[]>,
  options: PruneOptions,
  signal: AbortSignal,
): Promise<PrunedStores> {
  const stores = { count: 0, bytes: 0 };
  const objects = { count: 0, bytes: 0 };
  const kept: LeftAlone[] = [];
  for (const key of listIfPresent(locations.objects).filter((name) => KEY.test(name))) {
    const path = join(locations.objects, key);
    if (!isOwnFolder(locations.root, path)) {
      kept.push({ path, why: "it is no folder of the state root" });
    } else if (!needed.has(key) && isUnused(path, options)) {
      stores.bytes += bytesBelow(path);
      stores.count += 1;
      if (!options.dryRun) removeStore(path);
    } else {
      try {
        const before = new Date(options.now.getTime() - options.retention.objectHours * HOUR_MS);
        const pruning = { needed: needed.get(key) ?? [], before, dryRun: options.dryRun };
        const { files, bytes } = await pruneStore(storeAt(path), pruning, signal);
        objects.count += files;
        objects.bytes += bytes;
      } catch (error) {
        signal.throwIfAborted();
        kept.push({ path, why: `what it needs cannot be told (${errorText(error)})` });
      }
    }
  }
  return { stores, objects, kept };
}

/**
 * Returns why no store may be pruned for now; `undefined` where they may. What a stop looks at is on
 * record only when it ends, and after a night in which the machine slept it looks old.
 */
export function whyStoresStay(locations: Locations, staying: readonly StoredSession[]): string | undefined {
  const isUnknown = ({ read }: StoredSession): boolean =>
    read.kind === "session" ? read.newer !== undefined : read.kind !== "none";
  if (staying.some(isUnknown)) return "a session's file that cannot be read may need it";
  if (!existsSync(locations.objects)) return undefined;
  const stops = listIfPresent(locations.sessions).filter((name) => name.endsWith(".stop.lock"));
  return stops.some((name) => isLocked(join(locations.sessions, name)))
    ? "a stop or a review that is under way may need it"
    : undefined;
}

/** Every snapshot writes into the scratch folder. */
function isUnused(store: string, { retention, now }: PruneOptions): boolean {
  const used = [store, join(store, "scratch")].map(
    (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0,
  );
  return isPast(Math.max(...used), retention.storeDays * DAY_MS, now.getTime());
}

/** Out of its place first: whoever needs one from then on makes a new one. */
function removeStore(path: string): void {
  const going = `${path}.${randomUUID()}.tmp`;
  renameSync(path, going);
  rmSync(going, { recursive: true, force: true });
}

/** Links are not followed. */
function bytesBelow(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    return (
      sum + (entry.isDirectory() ? bytesBelow(path) : (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0))
    );
  }, 0);
}
