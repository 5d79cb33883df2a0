import { lstatSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import type { Holder } from "./cached-version.ts";
import { type ProcessLookup, processLookup } from "./process-lookup.ts";

/** `procStart` on POSIX systems, `procStartFt` (a FILETIME) on Windows. */
const Mark = z.looseObject({
  pid: z.int().check(z.positive()),
  procStart: z.optional(z.string()),
  procStartFt: z.optional(z.string()),
});

/** What Claude Code itself reads of a mark (2.1.330). */
const MOST_BYTES = 4096;

/**
 * Returns who says to hold a folder of the cache, by the marks that Claude Code 2.1.330 leaves in
 * `.in_use/PID`, in the order of their names. Never throws: a mark that cannot be read counts by its
 * name, and one without a pid in either does not count. Pids of `foreign` are of other machines or
 * containers, which write into this very folder.
 */
export function holdersOf(
  folder: string,
  startOf: ProcessLookup = processLookup(),
  foreign: ReadonlySet<number> = new Set(),
): readonly Holder[] {
  const marks = marksFolder(folder);
  return namesIn(marks).flatMap((name): readonly Holder[] => {
    const path = join(marks, name);
    const mark = readMark(path);
    const pid = mark?.pid ?? (PID.test(name) ? Number(name) : undefined);
    if (pid === undefined || TEMPORARY.test(name)) return [];
    const procStart = mark?.procStart ?? mark?.procStartFt ?? null;
    const known = foreign.has(pid) ? undefined : { startTime: startOf(pid) };
    return [{ path, pid, procStart, state: known === undefined ? "unseen" : stateOf(mark, known.startTime) }];
  });
}

/** Returns whether both say the same start: `ps` pads its days with blanks. */
export function isSameStart(claimed: string, startTime: string): boolean {
  return claimed.trim().replace(/\s+/g, " ") === startTime;
}

const PID = /^[1-9]\d{0,9}$/;
/** A mark that is being written. */
const TEMPORARY = /\.tmp\./;

/** Of a version that is a link, the marks lie beside the cache. */
function marksFolder(folder: string): string {
  if (kindOf(folder) !== "link") return join(folder, ".in_use");
  const cache = dirname(dirname(dirname(folder)));
  return join(dirname(cache), ".in_use-links", relative(cache, folder));
}

/** None where it is no folder: Claude Code takes nothing for a mark that it reaches through a link. */
function namesIn(marks: string): readonly string[] {
  if (kindOf(marks) !== "folder") return [];
  try {
    return readdirSync(marks).sort();
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [];
  }
}

function kindOf(path: string): "folder" | "link" | "other" {
  try {
    const found = lstatSync(path);
    return found.isDirectory() ? "folder" : found.isSymbolicLink() ? "link" : "other";
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return "other";
  }
}

function readMark(path: string): z.output<typeof Mark> | undefined {
  try {
    const found = lstatSync(path);
    if (!found.isFile() || found.size > MOST_BYTES) return undefined;
    const text = readIfPresent(path);
    return text === undefined ? undefined : parseJson(text, Mark);
  } catch (error) {
    if (!(error instanceof JsonFault) && errorCode(error) === undefined) throw error;
    return undefined;
  }
}

/** On Windows the system tells no start here, so a pid that is taken says nothing. */
function stateOf(mark: z.output<typeof Mark> | undefined, startTime: string | undefined): Holder["state"] {
  if (startTime === undefined) return "dead";
  if (mark?.procStart === undefined || startTime === "") return "unseen";
  return isSameStart(mark.procStart, startTime) ? "alive" : "recycled";
}
