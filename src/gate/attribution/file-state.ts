import type { ObjectId } from "#base/ids.ts";
import { mergeTexts } from "./merge-texts.ts";

/** A file as a tree has it; `null` stands for none. */
export type FileState = {
  /** As git writes it. */
  readonly mode: string;
  /** `undefined` for a text that no tree has. */
  readonly object: ObjectId | undefined;
  /** `undefined` where the file can only be taken as a whole: no text, not UTF-8, a link, or too large. */
  readonly text: string | undefined;
};

/** Returns whether two states are one: mode and content. */
export function isSame(one: FileState | null, other: FileState | null): boolean {
  if (one === null || other === null) return one === other;
  return one.mode === other.mode && hasSameContent(one, other);
}

/**
 * Returns `ours` with what led from `before` to `after`: texts are merged line by line, anything
 * else only where it was not changed otherwise. `undefined` where the two do not go together.
 */
export function mergeStates(
  ours: FileState | null,
  before: FileState | null,
  after: FileState | null,
): FileState | null | undefined {
  if (isSame(ours, before)) return after;
  if (isSame(ours, after)) return ours;
  if (ours === null || before === null || after === null) return undefined;
  const mode = ours.mode === before.mode ? after.mode : ours.mode;
  if (mode !== after.mode && before.mode !== after.mode) return undefined;
  const content = mergeContents(ours, before, after);
  return content && { ...content, mode };
}

function mergeContents(ours: FileState, before: FileState, after: FileState): FileState | undefined {
  if (hasSameContent(ours, before)) return after;
  if (hasSameContent(before, after) || hasSameContent(ours, after)) return ours;
  if (ours.text === undefined || before.text === undefined || after.text === undefined) return undefined;
  const text = mergeTexts(before.text, ours.text, after.text);
  return text === undefined ? undefined : { mode: ours.mode, object: undefined, text };
}

/** A text is the same whatever holds it; without one only the object tells. */
function hasSameContent(one: FileState, other: FileState): boolean {
  if (one.text !== undefined && other.text !== undefined) return one.text === other.text;
  return one.object !== undefined && one.object === other.object;
}
