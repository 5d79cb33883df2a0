import { opendirSync, readdirSync, statSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { keepListing, keptListing, type Latest } from "./kept-listing.ts";
import type { Locations } from "./locations.ts";

/** More than anybody looks at who asks for the latest few. */
const MOST = 500;
/** To list fewer takes less time than a process needs to start. */
const CROWD = 5_000;
/** A change within the same tick of the file system's clock would not show in its time. */
const QUIET_MS = 2_000;
const ENTRIES_AT_ONCE = 4_096;

/**
 * Yields the names in a folder that `isOne` takes, the greatest first; none where there is no such
 * folder. The latest few of very many cost no more than those of few: what they were is kept beside,
 * with a stamp that every new or removed name changes.
 */
export function* newestNames(
  locations: Locations,
  folder: string,
  isOne: (name: string) => boolean,
): Generator<string> {
  const latest = latestOf(locations, folder, isOne);
  yield* latest.names;
  const last = latest.names.at(-1);
  if (latest.count === latest.names.length || last === undefined) return;
  for (const name of allOf(folder, isOne)) if (name < last) yield name;
}

function latestOf(locations: Locations, folder: string, isOne: (name: string) => boolean): Latest {
  const before = stampOf(folder);
  if (before === undefined) return { names: [], count: 0 };
  const kept = keptListing(locations, folder, before.text);
  if (kept !== undefined) return kept;
  const latest = listed(folder, isOne);
  const isQuiet = before.changedAt < Date.now() - QUIET_MS && stampOf(folder)?.text === before.text;
  if (latest.count >= CROWD && isQuiet) keepListing(locations, folder, { stamp: before.text, ...latest });
  return latest;
}

/** One pass, in the folder's own order: to sort all names would take longer than to read them. */
function listed(folder: string, isOne: (name: string) => boolean): Latest {
  let [best, least, count]: [string[], string, number] = [[], "", 0];
  for (const name of namesIn(folder)) {
    if (!isOne(name)) continue;
    count += 1;
    if (name < least) continue;
    best.push(name);
    if (best.length < 2 * MOST) continue;
    best = greatestFirst(best).slice(0, MOST);
    least = best.at(-1) ?? "";
  }
  return { names: greatestFirst(best).slice(0, MOST), count };
}

function* namesIn(folder: string): Generator<string> {
  const directory = opendirSync(folder, { bufferSize: ENTRIES_AT_ONCE });
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) yield entry.name;
  } finally {
    directory.closeSync();
  }
}

function allOf(folder: string, isOne: (name: string) => boolean): readonly string[] {
  return greatestFirst(readdirSync(folder).filter(isOne));
}

function greatestFirst(names: readonly string[]): string[] {
  return names.toSorted().reverse();
}

type Stamp = { readonly text: string; readonly changedAt: number };

/** What stands in a folder's place, and a link that leads nowhere, hold no names. */
function stampOf(folder: string): Stamp | undefined {
  try {
    const found = statSync(folder, { bigint: true });
    if (!found.isDirectory()) return undefined;
    const { dev, ino, mtimeNs, ctimeNs, mtimeMs } = found;
    return { text: [dev, ino, mtimeNs, ctimeNs].join(" "), changedAt: Number(mtimeMs) };
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errorCode(error) ?? "")) return undefined;
    throw error;
  }
}
