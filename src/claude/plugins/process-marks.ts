import { lstatSync, readdirSync } from "node:fs";
import { errorCode } from "#base/fault.ts";

/** A mark by the name of one process, for one folder of the cache. Its content was not looked at. */
export type ProcessMark = {
  readonly marketplace: string;
  readonly name: string;
  /** Of the version that is marked. */
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly markedAt: number;
};

/** Beyond, a stop would take notice. */
const MOST_FOLDERS = 4_000;

/**
 * Returns the marks that are called like a process, in the order of the folders' names. It is made to be
 * cheap, some microseconds for each version in the cache: one call is part of every stop. Never throws.
 */
export function processMarks(cache: string, pid: number): readonly ProcessMark[] {
  const found: ProcessMark[] = [];
  let looked = 0;
  // Of a version that is a link, the marks lie there (2.1.330).
  const links = `${cache.slice(0, -"cache".length)}.in_use-links`;
  const hasLinks = changedAt(links) !== undefined;
  for (const marketplace of namesIn(cache)) {
    for (const name of namesIn(`${cache}/${marketplace}`)) {
      for (const version of namesIn(`${cache}/${marketplace}/${name}`)) {
        looked += 1;
        if (looked > MOST_FOLDERS) return found;
        const way = `${marketplace}/${name}/${version}`;
        const folder = `${cache}/${way}`;
        const linked = hasLinks ? changedAt(`${links}/${way}/${pid}`) : undefined;
        const markedAt = linked ?? changedAt(`${folder}/.in_use/${pid}`);
        if (markedAt !== undefined) found.push({ marketplace, name, folder, markedAt });
      }
    }
  }
  return found;
}

/** In code-point order. A dot begins what is the host's own. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith("."))
      .sort();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

function changedAt(path: string): number | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}
