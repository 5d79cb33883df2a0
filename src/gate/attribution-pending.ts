import type { ToolRecord } from "#claude/tool-records.ts";
import type { FileState } from "./attribution-state.ts";

/** What was seen to change and has not been left out: to the reviewer it is still due. */
export type Pending = {
  /** Remembers what the tree had at a path where the adjusted baseline has `ours`. */
  readonly note: (path: string, ours: FileState | null, actual: FileState | null) => void;
  /** Returns whether a step from `ours` to `next` would bring what is due into the baseline. */
  readonly isBrought: (path: string, ours: FileState | null, next: FileState | null) => boolean;
};

/**
 * Returns a memory of what is due. Somebody else can move a session's work about: rename its files,
 * stash it and bring it back, while the session rests. That is no work of theirs, though nobody
 * else was there, and must not be taken for it.
 */
export function pendingWork(ownRecords: readonly ToolRecord[]): Pending {
  const files = new Set<string>();
  const added = new Set(ownRecords.flatMap(linesWritten));
  const removed = new Set<string>();
  return {
    note: (path, ours, actual) => {
      if (actual === null) files.add(gone(path));
      else if (actual.object !== undefined) files.add(whole(actual));
      for (const line of linesBeyond(actual, ours)) added.add(line);
      for (const line of linesBeyond(ours, actual)) removed.add(`${path}\0${line}`);
    },
    isBrought: (path, ours, next) =>
      files.has(next === null ? gone(path) : whole(next)) ||
      linesBeyond(next, ours).some((line) => added.has(line)) ||
      linesBeyond(ours, next).some((line) => removed.has(`${path}\0${line}`)),
  };
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

function linesWritten(record: ToolRecord): readonly string[] {
  if (record.kind === "shell") return [];
  const { edit } = record;
  switch (edit.kind) {
    case "whole":
      return linesBeyond({ text: edit.after }, { text: edit.before ?? "" });
    case "replace":
      return linesBeyond({ text: edit.new }, { text: edit.old });
    case "content":
      return linesOf(edit.after);
    case "unknown":
      return [];
  }
}

function whole({ mode, object }: FileState): string {
  return `${mode} ${object ?? "unwritten"}`;
}

function gone(path: string): string {
  return `gone ${path}`;
}
