import { lstatSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { marksFolder } from "./cached-holders.ts";
import { foldersIn } from "./folders-in.ts";

/** A mark by the name of one process, in one folder of the cache. Its content was not looked at. */
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
  for (const marketplace of foldersIn(cache, [])) {
    for (const name of foldersIn(join(cache, marketplace), [])) {
      for (const version of foldersIn(join(cache, marketplace, name), [])) {
        looked += 1;
        if (looked > MOST_FOLDERS) return found;
        const folder = join(cache, marketplace, name, version);
        const markedAt = changedAt(join(marksFolder(folder), String(pid)));
        if (markedAt !== undefined) found.push({ marketplace, name, folder, markedAt });
      }
    }
  }
  return found;
}

function changedAt(path: string): number | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return undefined;
  }
}
