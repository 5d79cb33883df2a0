import { lstatSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { holdersOf } from "./cached-holders.ts";
import type { CachedVersion } from "./cached-version.ts";
import type { PluginNames } from "./names-in-cache.ts";
import { readPluginFolder } from "./plugin-folder.ts";
import type { ProcessLookup } from "./process-lookup.ts";
import { readSmallText } from "./read-small-text.ts";
import { type VersionFolder, versionFolders } from "./version-folders.ts";

/** The versions that a cache holds, by marketplace, plugin and version in code-point order. */
export type CacheContent = {
  readonly versions: readonly CachedVersion[];
  /** Folders that were not looked into, for there are more than `MOST_LOOKED_INTO`. */
  readonly leftOut: number;
  /** What could not be listed, in words. */
  readonly unlisted: readonly string[];
};

/** What is looked for in a cache, and how it is looked at. */
export type CacheLook = {
  readonly cache: string;
  /** Folders that records name: they are looked into before others. */
  readonly recorded: ReadonlySet<string>;
  readonly startOf: ProcessLookup;
  /** Pids that are of other machines or containers. */
  readonly foreign: ReadonlySet<number>;
  readonly namesOf: (folders: PluginNames) => PluginNames;
};

/** Two hundred plugins with ten versions each. Each costs a dozen calls of the system, and is hashed afterwards. */
const MOST_LOOKED_INTO = 2_000;

/** Returns what a cache of plugins holds. Never throws. */
export function readCache(look: CacheLook): CacheContent {
  const unlisted: string[] = [];
  const places = versionFolders(look.cache, unlisted);
  const named = places.filter(({ path }) => look.recorded.has(path));
  const others = places.filter(({ path }) => !look.recorded.has(path));
  const chosen = new Set([...named, ...others].slice(0, Math.max(MOST_LOOKED_INTO, named.length)));
  const versions = places
    .filter((place) => chosen.has(place))
    .map((place) => cachedVersion({ ...place, ...look.namesOf(place) }, look));
  return { versions, leftOut: places.length - versions.length, unlisted };
}

function cachedVersion({ path, ...names }: VersionFolder, { startOf, foreign }: CacheLook): CachedVersion {
  return {
    ...names,
    folder: readPluginFolder(path),
    orphanedAt: orphanedAt(join(path, ".orphaned_at")),
    holders: holdersOf(path, startOf, foreign),
  };
}

/** The mark holds the time; where somebody else wrote into it, its own last change has to do. */
function orphanedAt(mark: string): number | null {
  try {
    const { mtimeMs } = lstatSync(mark);
    const text = readSmallText(mark)?.trim() ?? "";
    return /^\d{1,15}$/.test(text) ? Number(text) : Math.trunc(mtimeMs);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return null;
  }
}
