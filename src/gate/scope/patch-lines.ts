/** One line of a patch, with its number on each side on which it stands. */
export type PatchLine =
  | { readonly kind: "added"; readonly new: number; readonly text: string }
  | { readonly kind: "removed"; readonly old: number; readonly text: string }
  | { readonly kind: "context"; readonly old: number; readonly new: number; readonly text: string };

/** A unified diff of one file, cut at its hunk borders. Joined again it is the same text. */
export type PatchParts = { readonly header: string; readonly hunks: readonly string[] };

/** One hunk, taken apart. */
export type Hunk = {
  /** Where it begins on each side, and how many lines it has there. */
  readonly old: { readonly start: number; readonly lines: number };
  readonly new: { readonly start: number; readonly lines: number };
  /** What follows the second `@@` of its head. */
  readonly note: string;
  /** Its lines with their marks, and without their line breaks. */
  readonly body: readonly string[];
};

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

type Cursor = { old: number; new: number; oldLeft: number; newLeft: number };

/**
 * Returns the lines of a unified diff of one file, in order. The counts in a hunk's head say where
 * it ends, so a removed line that reads `-- a/x` is never taken for a header.
 */
export function patchLines(patch: string): readonly PatchLine[] {
  const lines: PatchLine[] = [];
  walk(patch.split("\n"), (_index, cursor, raw) => {
    const line = cursor === undefined ? undefined : advance(cursor, raw);
    if (line !== undefined) lines.push(line);
  });
  return lines;
}

/** Returns the diff cut in front of each hunk. A diff without hunks (a rename, a mode) is all header. */
export function patchParts(patch: string): PatchParts {
  const raw = patch.split("\n");
  const starts: number[] = [];
  walk(raw, (index, cursor, text) => {
    if (cursor === undefined && HUNK.test(text)) starts.push(index);
    else if (cursor !== undefined) advance(cursor, text);
  });
  const piece = (from: number, to: number) =>
    raw.slice(from, to).join("\n") + (to < raw.length && to > from ? "\n" : "");
  const [first = raw.length] = starts;
  return {
    header: piece(0, first),
    hunks: starts.map((start, index) => piece(start, starts[index + 1] ?? raw.length)),
  };
}

/** Returns a hunk as `patchParts` gives it, taken apart. */
export function readHunk(hunk: string): Hunk {
  const [head = "", ...body] = hunk.replace(/\n$/, "").split("\n");
  const { old, new: start, oldLeft, newLeft } = hunkStart(head) ?? { old: 0, new: 0, oldLeft: 0, newLeft: 0 };
  return {
    old: { start: old, lines: oldLeft },
    new: { start, lines: newLeft },
    note: head.replace(HUNK, ""),
    body,
  };
}

/** Calls back for each line: with the cursor inside a hunk, without it in headers and hunk heads. */
function walk(
  raw: readonly string[],
  visit: (index: number, cursor: Cursor | undefined, text: string) => void,
): void {
  let cursor: Cursor | undefined;
  for (const [index, text] of raw.entries()) {
    if (cursor !== undefined && cursor.oldLeft + cursor.newLeft <= 0) cursor = undefined;
    visit(index, cursor, text);
    cursor ??= hunkStart(text);
  }
}

function hunkStart(text: string): Cursor | undefined {
  const match = HUNK.exec(text);
  if (match === null) return undefined;
  const [, old, oldLeft = "1", start, newLeft = "1"] = match;
  return { old: Number(old), new: Number(start), oldLeft: Number(oldLeft), newLeft: Number(newLeft) };
}

/** An empty line is an unchanged empty line whose blank was trimmed; `\` notes a missing line break. */
function advance(cursor: Cursor, raw: string): PatchLine | undefined {
  const text = raw.slice(1);
  switch (raw[0]) {
    case "-":
      cursor.oldLeft -= 1;
      return { kind: "removed", old: cursor.old++, text };
    case "+":
      cursor.newLeft -= 1;
      return { kind: "added", new: cursor.new++, text };
    case "\\":
      return undefined;
    default:
      cursor.oldLeft -= 1;
      cursor.newLeft -= 1;
      return { kind: "context", old: cursor.old++, new: cursor.new++, text };
  }
}
