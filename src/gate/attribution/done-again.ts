import type { FileEdit } from "#claude/transcript/tool-records.ts";
import type { FileState } from "./file-state.ts";
import { linesBeyond } from "./pending-work.ts";
import type { Work } from "./take-sides.ts";

/** What a step of another would make of the adjusted baseline, and when it was done (epoch milliseconds). */
type MadeStep = {
  readonly path: string;
  readonly time: number;
  readonly ours: FileState | null;
  readonly next: FileState | null;
};

/**
 * Returns whether the session did again, by an edit on record, what another had done before: it was
 * undone in between, so that it now stands by the session's hand.
 */
export function isDoneAgain({ path, time, ours, next }: MadeStep, own: Work): boolean {
  const later = own.records.flatMap((record) =>
    record.kind === "edit" && record.path === path && record.at.getTime() >= time ? sidesOf(record.edit) : [],
  );
  if (later.length === 0) return false;
  const [added, gone] = [new Set(linesBeyond(next, ours)), new Set(linesBeyond(ours, next))];
  return later.some(
    ({ before, after }) =>
      linesBeyond(after, before).some((line) => added.has(line)) ||
      linesBeyond(before, after).some((line) => gone.has(line)),
  );
}

function sidesOf(edit: FileEdit) {
  switch (edit.kind) {
    case "whole":
      return [{ before: { text: edit.before ?? "" }, after: { text: edit.after } }];
    case "replace":
      return [{ before: { text: edit.old }, after: { text: edit.new } }];
    case "content":
    case "unknown":
      return [];
  }
}
