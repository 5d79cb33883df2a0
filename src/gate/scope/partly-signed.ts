import type { FileChange } from "#git/change/change.ts";
import { patchParts, readHunk } from "./patch-lines.ts";

/** Only plain files have lines. */
const FILE_MODES: readonly string[] = ["100644", "100755"];

/** How bytes that are not UTF-8 are shown. A text made of such marks is not the file any more. */
const FOREIGN_BYTE = /\\x[89a-f][0-9a-f]/;

/**
 * Returns the text that a signature of a part of a file stands for: the old text with exactly the
 * hunks of that part made in it. Where it takes the old file's place, the next change holds the rest.
 *
 * `oldText` is the content before the change (empty for an added file), and `part` the leading part
 * of the file's own patch, not the form in which values are replaced. `undefined` where no text
 * stands for the part: a rename, a change of mode or type, a binary file, a lost baseline, bytes
 * that are not UTF-8, and a part that does not belong to the text.
 */
export function partlySigned(change: FileChange, oldText: string, part: string): string | undefined {
  if (!hasLines(change) || FOREIGN_BYTE.test(oldText) || FOREIGN_BYTE.test(part)) return undefined;
  const { hunks } = patchParts(part);
  return hunks.length === 0 ? undefined : applied(oldText, hunks);
}

function hasLines({ kind, oldPath, oldMode, newMode, binary, baselineLost }: FileChange): boolean {
  if (binary || baselineLost || oldPath !== undefined) return false;
  switch (kind) {
    case "added":
      return FILE_MODES.includes(newMode);
    case "deleted":
      return FILE_MODES.includes(oldMode);
    case "modified":
      return FILE_MODES.includes(oldMode) && oldMode === newMode;
    case "renamed":
    case "type-changed":
      return false;
  }
}

function applied(oldText: string, hunks: readonly string[]): string | undefined {
  const lines = oldText.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const result: string[] = [];
  let next = 0;
  for (const hunk of hunks) {
    const { old, body } = readHunk(hunk);
    const start = old.lines === 0 ? old.start : old.start - 1;
    const replaced = replacement(lines.slice(start, start + old.lines), body);
    if (start < next || replaced === undefined) return undefined;
    for (const line of [...lines.slice(next, start), ...replaced]) result.push(line);
    next = start + old.lines;
  }
  return result.join("") + lines.slice(next).join("");
}

/** Returns what the hunk makes of these lines; `undefined` where it is not about them. */
function replacement(lines: readonly string[], body: readonly string[]): readonly string[] | undefined {
  const result: string[] = [];
  let next = 0;
  for (const [index, marked] of body.entries()) {
    if (marked.startsWith("\\")) continue;
    const text = marked.slice(1) + (body[index + 1]?.startsWith("\\") === true ? "" : "\n");
    if (marked.startsWith("+")) result.push(text);
    else if (lines[next++] !== text) return undefined;
    else if (!marked.startsWith("-")) result.push(text);
  }
  return next === lines.length ? result : undefined;
}
