import { join } from "node:path";
import { listIfPresent } from "#base/files.ts";
import type { Locations } from "#runs/locations.ts";
import { changesFolder, listChanges } from "#runs/settings-changes.ts";
import { watchedFile, watchedFolder } from "#runs/watched.ts";
import { isOldFile, type PruneOptions, type Removed, removeFiles } from "./prune-records.ts";
import { DAY_MS } from "./retention.ts";

const RECORD = /^([0-9a-f]+)\.(?:json|said|settled)$/;
const STATE = /^[0-9a-f]+\.json$/;

/**
 * Removes changes of the settings that a user was told of, or that a person settled, longer ago than
 * records are kept, each before its marks; and what is remembered of watched files that no session has
 * confirmed for as long. A change that nobody was told of stays, and what is remembered of its file: a
 * count that began anew could give another change the name of one that is on record.
 */
export function pruneWatched(
  locations: Locations,
  { retention, now, dryRun }: PruneOptions,
): { readonly changes: Removed; readonly watched: Removed } {
  const isOld = (path: string): boolean => isOldFile(path, retention.recordDays * DAY_MS, now);
  const going = goingChanges(locations, isOld);
  const paths = [...going.values()].flat();
  const { changes, unreadable } = listChanges(locations);
  const stays = changes.filter(({ change }) => !going.has(change.id));
  const needed = new Set(stays.map(({ change }) => watchedFile(locations, change)));
  const { count, bytes } = removeFiles(locations.root, paths, dryRun);
  // Of which file a record is that cannot be read, nobody can say.
  const old = unreadable.length > 0 ? [] : oldStates(locations, isOld).filter((path) => !needed.has(path));
  return {
    changes: { count: Math.min(count, going.size), bytes },
    watched: removeFiles(locations.root, old, dryRun),
  };
}

/** Returns the files of each change that goes, the record first. */
function goingChanges(
  locations: Locations,
  isOld: (path: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const folder = changesFolder(locations);
  const parts = new Map<string, string[]>();
  for (const name of listIfPresent(folder).toSorted()) {
    const [, id] = RECORD.exec(name) ?? [];
    if (id !== undefined) parts.set(id, [...(parts.get(id) ?? []), join(folder, name)]);
  }
  return new Map(
    [...parts].filter(([, paths]) => paths.some((path) => !path.endsWith(".json")) && paths.every(isOld)),
  );
}

function oldStates(locations: Locations, isOld: (path: string) => boolean): readonly string[] {
  const folder = watchedFolder(locations);
  return listIfPresent(folder)
    .filter((name) => STATE.test(name))
    .map((name) => join(folder, name))
    .filter(isOld);
}
