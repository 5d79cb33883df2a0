import { randomUUID } from "node:crypto";
import { existsSync, lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";
import { LockFault } from "#base/lock.ts";
import { listingsFolder } from "#runs/kept-listing.ts";
import type { Locations } from "#runs/locations.ts";
import { ledgerFile } from "#runs/records/ledger-lines.ts";
import {
  begunFile,
  endedFile,
  type RunName,
  readRun,
  runNames,
  type StoredRun,
} from "#runs/records/run-files.ts";
import { enterLines } from "#runs/records/run-ledger.ts";
import { runStateOf } from "#runs/records/run-state.ts";
import { isOwnFolder } from "./contained.ts";
import { isOldFile, type PruneOptions, type Removed, removeFiles } from "./prune-records.ts";
import type { LeftAlone } from "./prune-session.ts";
import { DAY_MS, HOUR_MS, isPast } from "./retention.ts";

/** A folder on its way out. One that is left was not removed to its end. */
const GOING = /^\d{8}T\d{9}Z-[0-9a-f]{8}\.[0-9a-f-]{36}\.tmp$/;
/** The ledger is held for milliseconds. */
const PATIENCE_MS = 5_000;

export type PrunedRuns = {
  readonly runs: Removed;
  /** Folders that nothing was begun in, and folders on their way out. */
  readonly leftovers: Removed;
  readonly gone: readonly string[];
  readonly kept: readonly LeftAlone[];
};

type Going = { readonly run: StoredRun; readonly bytes: number };

/**
 * Removes the folders of runs that are over and that nobody has touched for as long as records are kept,
 * and never within a day. Each is first on record in the ledger as pruned: what is missing without that
 * word was lost. What cannot be read stays.
 */
export async function pruneRuns(
  locations: Locations,
  options: PruneOptions,
  signal: AbortSignal,
): Promise<PrunedRuns> {
  const found = lookAtRuns(locations, options);
  const leftovers = pruneHalfMade(locations, found.halfMade, options);
  const gone = options.dryRun ? found.going : await remove(locations, found.going, options.now, signal);
  const why = "the ledger of runs is held, so that it cannot be noted there first";
  return {
    runs: { count: gone?.length ?? 0, bytes: (gone ?? []).reduce((sum, { bytes }) => sum + bytes, 0) },
    leftovers,
    gone: (gone ?? []).map(({ run }) => run.name.id),
    kept: gone === undefined ? [...found.kept, { path: ledgerFile(locations), why }] : found.kept,
  };
}

/** Removes what was kept of crowded folders: it can be made anew. */
export function pruneListings(locations: Locations, { retention, now, dryRun }: PruneOptions): Removed {
  const folder = listingsFolder(locations);
  const paths = listIfPresent(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(folder, name))
    .filter((path) => isOldFile(path, retention.leftoverHours * HOUR_MS, now));
  return removeFiles(locations.root, paths, dryRun);
}

/** Returns whether a run is under way: the trees that it began with are on record only when it ends. */
export function isAnyRunUnderWay(locations: Locations, now: Date): boolean {
  // No run may take longer than a day.
  for (const name of runNames(locations, new Date(now.getTime() - 2 * DAY_MS).toISOString())) {
    if (existsSync(endedFile(name))) continue;
    const read = readRun(name);
    if (read.kind === "run" && runStateOf(read.run, now).kind === "running") return true;
  }
  return false;
}

type Looked = { readonly going: Going[]; readonly halfMade: RunName[]; readonly kept: LeftAlone[] };

function lookAtRuns(locations: Locations, { retention, now }: PruneOptions): Looked {
  const found: Looked = { going: [], halfMade: [], kept: [] };
  const [today, recent] = [
    compact(now.getTime() - DAY_MS),
    compact(now.getTime() - retention.recordDays * DAY_MS),
  ];
  for (const name of runNames(locations)) {
    if (name.id > today || !isOwnFolder(locations.root, name.folder)) continue;
    // Nothing in it is older than its name: of very many, most need no further look.
    if (name.id > recent && existsSync(begunFile(name))) continue;
    const { usedAt, bytes } = lookInto(name.folder);
    const isOld = (milliseconds: number): boolean =>
      isPast(usedAt, Math.max(milliseconds, DAY_MS), now.getTime());
    if (!isOld(Math.min(retention.recordDays * DAY_MS, retention.leftoverHours * HOUR_MS))) continue;
    const read = readRun(name);
    if (read.kind === "half-made" && isOld(retention.leftoverHours * HOUR_MS)) found.halfMade.push(name);
    if (read.kind === "half-made" || !isOld(retention.recordDays * DAY_MS)) continue;
    if (read.kind === "unreadable") {
      found.kept.push({ path: read.path, why: `it cannot be read (${read.detail})` });
    } else if (runStateOf(read.run, now).kind !== "running") found.going.push({ run: read.run, bytes });
  }
  return found;
}

/** A moment as names of runs begin with it. */
function compact(time: number): string {
  return new Date(time).toISOString().replace(/[-:.]/g, "");
}

/** Returns when anything in the folder was touched last, and how much it holds. Links are not followed. */
function lookInto(folder: string): { readonly usedAt: number; readonly bytes: number } {
  const inside = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const found = [folder, ...inside.map((name) => join(folder, name))].flatMap(
    (path) => lstatSync(path, { throwIfNoEntry: false }) ?? [],
  );
  const bytes = found.reduce((sum, one) => sum + (one.isFile() ? one.size : 0), 0);
  return { usedAt: Math.max(...found.map(({ mtimeMs }) => mtimeMs)), bytes };
}

/** Returns what went; `undefined` where the ledger could not be written, and nothing went. */
async function remove(
  locations: Locations,
  going: readonly Going[],
  now: Date,
  signal: AbortSignal,
): Promise<readonly Going[] | undefined> {
  const entries = going.map(({ run: { name, digests } }) => ({
    at: now.toISOString(),
    record: name.id,
    part: "pruned" as const,
    digest: digests.begun,
  }));
  if (entries.length === 0) return [];
  try {
    await enterLines(locations, entries, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]));
  } catch (error) {
    if (error instanceof LockFault) return undefined;
    throw error;
  }
  return going.filter(({ run }) => removeFolder(locations, run.name));
}

function pruneHalfMade(locations: Locations, names: readonly RunName[], options: PruneOptions): Removed {
  const age = options.retention.leftoverHours * HOUR_MS;
  const going = listIfPresent(locations.runs)
    .filter((name) => GOING.test(name))
    .map((name) => join(locations.runs, name))
    .filter((path) => isOwnFolder(locations.root, path))
    .filter((path) => isPast(lookInto(path).usedAt, age, options.now.getTime()));
  const bytes = [...names.map(({ folder }) => folder), ...going].reduce(
    (sum, path) => sum + lookInto(path).bytes,
    0,
  );
  if (!options.dryRun) {
    for (const name of names) removeFolder(locations, name);
    for (const path of going) rmSync(path, { recursive: true, force: true });
  }
  return { count: names.length + going.length, bytes };
}

/** Out of its place first: a folder that went in part would look like a run that lost its records. */
function removeFolder(locations: Locations, { id, folder }: RunName): boolean {
  const going = join(locations.runs, `${id}.${randomUUID()}.tmp`);
  try {
    renameSync(folder, going);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
  rmSync(going, { recursive: true, force: true });
  return true;
}
