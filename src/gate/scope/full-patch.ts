import { clip, count, oneLine } from "#base/text.ts";
import { redactedPatch } from "#gate/redact/redact-patch.ts";
import type { Change, FileChange } from "#git/change/change.ts";
import { barred, namesOf } from "./barred.ts";
import type { ScopeLimits } from "./scope.ts";

/** As much as the patches of a change are kept at all. */
const LARGEST_BYTES = 64 * 1024 * 1024;
const LISTED = 100;
const LONGEST_PATH = 300;

/**
 * Returns all of the change that may be shown, in its own order, each file under a heading, for a
 * file that the reviewer can open where the scope is cut. Secret-looking, excluded and binary files
 * are not in it, and secret-looking values are replaced. It holds no more than `largestBytes` of
 * patches (64 MiB), and ends with how many files it holds and which found no room.
 */
export function fullPatch(
  { files }: Change,
  { exclude }: Pick<ScopeLimits, "exclude">,
  largestBytes: number = LARGEST_BYTES,
): string {
  const parts: string[] = [];
  const missing: string[] = [];
  let room = largestBytes;
  for (const file of files) {
    if (barred(file, exclude) !== undefined) continue;
    const part = Buffer.byteLength(file.patch, "utf8") > room ? undefined : headed(file);
    const size = part === undefined ? Number.POSITIVE_INFINITY : Buffer.byteLength(part, "utf8");
    if (part === undefined || size > room) {
      missing.push(clip(oneLine(file.path), LONGEST_PATH));
      continue;
    }
    parts.push(part);
    room -= size;
  }
  return parts.join("") + ending(parts.length, missing);
}

function headed(file: FileChange): string {
  const names = namesOf(file).map(oneLine).join(", before ");
  const { text } = redactedPatch(file.patch);
  return `### ${file.kind}: ${names}\n${text}${text.endsWith("\n") ? "" : "\n"}\n`;
}

function ending(shown: number, missing: readonly string[]): string {
  const whole = `### The end: ${count(shown, "file")}.\n`;
  if (missing.length === 0) return whole;
  const more = missing.length - LISTED;
  return [
    `### The end: ${count(shown, "file")}. Not here, for want of room: ${count(missing.length, "file")}:`,
    ...missing.slice(0, LISTED),
    ...(more > 0 ? [`and ${more} more`] : []),
    "",
  ].join("\n");
}
