import type { FileEdit, ToolRecord } from "#claude/transcript/tool-records.ts";
import type { FileState } from "./file-state.ts";

type EditRecord = Extract<ToolRecord, { readonly kind: "edit" }>;

/** What was seen to change and has not been left out: to the reviewer it is still due. */
export type Pending = {
  /** Remembers what the tree had at a path where the adjusted baseline has `ours`. */
  readonly note: (path: string, ours: FileState | null, actual: FileState | null) => void;
  /** Remembers what the session's own call wrote, which may be gone again when the tree is next seen. */
  readonly wrote: (record: EditRecord, ours: FileState | null) => void;
  /** Returns whether a move would bring into the baseline what is due. */
  readonly isBrought: (move: Move) => boolean;
};

/** What a step makes of the adjusted baseline at a path. */
export type Move = {
  readonly path: string;
  readonly ours: FileState | null;
  readonly next: FileState | null;
  /** How other files stand after the step; `undefined` where that is not known. */
  readonly standing: (path: string) => FileState | null | undefined;
};

/**
 * Returns a memory of what is due. Somebody else can move a session's work about: rename its files,
 * stash it and bring it back, while the session rests. That is no work of theirs, though nobody
 * else was there, and must not be taken for it. What only looks like the session's is theirs: the
 * session's still stands where it was.
 */
export function pendingWork(): Pending {
  const contents = new Map<string, Set<string>>();
  const added = new Map<string, Set<string>>();
  const removed = new Map<string, Set<string>>();
  return {
    note: (path, ours, actual) => {
      remember(contents, keyOf(actual), path);
      for (const line of linesBeyond(actual, ours)) remember(added, line, path);
      for (const line of linesBeyond(ours, actual)) remember(removed, line, path);
    },
    wrote: ({ path, edit }, ours) => {
      for (const line of linesWritten(edit, ours)) remember(added, line, path);
    },
    isBrought: (move) => {
      const { path, ours, next } = move;
      const key = keyOf(next);
      return (
        isMoved(contents.get(key), move, (state) => keyOf(state) === key) ||
        linesBeyond(next, ours).some((line) =>
          isMoved(added.get(line), move, (state) => linesOf(state?.text).includes(line)),
        ) ||
        linesBeyond(ours, next).some((line) => removed.get(line)?.has(path) === true)
      );
    },
  };
}

/** Whether it comes back to its place, or is no longer where it was. A file that is gone was in no other place. */
function isMoved(
  places: ReadonlySet<string> | undefined,
  { path, next, standing }: Move,
  holds: (state: FileState | null) => boolean,
): boolean {
  if (places === undefined) return false;
  if (places.has(path)) return true;
  if (next === null) return false;
  return [...places].some((place) => {
    const state = standing(place);
    return state === undefined || !holds(state);
  });
}

function remember(notes: Map<string, Set<string>>, what: string, path: string): void {
  notes.set(what, (notes.get(what) ?? new Set()).add(path));
}

/** Brackets and blank lines are in every change: they tell nothing of whose it is. */
const TELLING = /(?:[\p{L}\p{N}_][^\p{L}\p{N}_]*){3}/u;

/** Returns the lines of which one text has more than the other. */
export function linesBeyond(one: Pick<FileState, "text"> | null, other: typeof one): readonly string[] {
  const left = new Map<string, number>();
  for (const line of linesOf(other?.text)) left.set(line, (left.get(line) ?? 0) + 1);
  return linesOf(one?.text).filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

function linesOf(text: string | undefined): readonly string[] {
  return (text ?? "").split(/\r?\n/).filter((line) => TELLING.test(line));
}

function linesWritten(edit: FileEdit, ours: FileState | null): readonly string[] {
  switch (edit.kind) {
    case "whole":
      return linesBeyond({ text: edit.after }, { text: edit.before ?? "" });
    case "replace":
      return linesBeyond({ text: edit.new }, { text: edit.old });
    case "content":
      return linesBeyond({ text: edit.after }, ours);
    case "unknown":
      return [];
  }
}

/** A text that no tree has was never seen in one, and a merged one is nobody's alone. */
function keyOf(state: FileState | null): string {
  return state === null ? "gone" : `${state.mode} ${state.object ?? "unwritten"}`;
}
