import { type Hunk, patchParts, readHunk } from "./patch-lines.ts";

/** Where a patch of one file is cut: after so many whole hunks, and so many lines of the next. */
export type Cut = { readonly hunks: number; readonly lines: number };

export type Room = {
  /** The bytes that there are. */
  readonly room: number;
  /** The bytes that there would be for this file alone. What fits into them is never cut inside a hunk. */
  readonly budget: number;
};

/** A count of one may be left out of a hunk's head; a shortened hunk has both. */
const COUNTS_BYTES = 4;

/** Returns the number of hunks of a patch. */
export function hunkCount(patch: string): number {
  return patchParts(patch).hunks.length;
}

/**
 * Returns where to cut the patch so that it fits, or `undefined` where nothing of it does. It is cut
 * at the border of two hunks; inside the first one only where that hunk alone is larger than the
 * budget, for it would never be shown otherwise. Such a piece holds at least one changed line.
 */
export function fittingCut(patch: string, { room, budget }: Room): Cut | undefined {
  const { header, hunks } = patchParts(patch);
  const [first] = hunks;
  if (first === undefined) return undefined;
  let left = room - bytes(header);
  const over = hunks.findIndex((hunk) => {
    left -= bytes(hunk);
    return left < 0;
  });
  if (over !== 0) return { hunks: over < 0 ? hunks.length : over, lines: 0 };
  if (bytes(header) + bytes(first) <= budget) return undefined;
  const lines = fittingLines(first, room - bytes(header));
  return lines === 0 ? undefined : { hunks: 0, lines };
}

/** Returns the leading part of the patch: its header, the whole hunks, and the next one shortened, its head told so. */
export function cutPatch(patch: string, cut: Cut): string {
  const { header, hunks } = patchParts(patch);
  const next = hunks[cut.hunks];
  const short = next === undefined || cut.lines === 0 ? "" : shortened(next, cut.lines);
  return header + hunks.slice(0, cut.hunks).join("") + short;
}

function fittingLines(hunk: string, room: number): number {
  const { body } = readHunk(hunk);
  let left = room - bytes(hunk.slice(0, hunk.indexOf("\n") + 1)) - COUNTS_BYTES;
  let fitting = 0;
  let useful = 0;
  for (const line of body) {
    left -= bytes(line) + 1;
    if (left < 0) break;
    fitting += 1;
    if (useful > 0 || isChanged(line)) useful = fitting;
  }
  return isNote(body[useful]) ? withoutLast(body, useful) : useful;
}

/** A line and the note that it has no line break are not parted. */
function withoutLast(body: readonly string[], lines: number): number {
  return body.slice(0, lines - 1).some(isChanged) ? lines - 1 : 0;
}

function shortened(hunk: string, lines: number): string {
  const { old, new: now, note, body } = readHunk(hunk);
  const kept = body.slice(0, lines);
  return `@@ -${side(old, kept, "+")} +${side(now, kept, "-")} @@${note}\n${kept.join("\n")}\n`;
}

/** A side without lines is named by the line in front of it. */
function side(place: Hunk["old"], kept: readonly string[], other: "+" | "-"): string {
  const lines = kept.filter((line) => !line.startsWith(other) && !isNote(line)).length;
  return `${lines === 0 && place.lines > 0 ? place.start - 1 : place.start},${lines}`;
}

function isChanged(line: string): boolean {
  return line.startsWith("+") || line.startsWith("-");
}

/** `\ No newline at end of file` */
function isNote(line: string | undefined): boolean {
  return line?.startsWith("\\") === true;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
