import type { ObjectId } from "#base/ids.ts";

/** What stands at a path: a file's mode and the name of its content; `null` where there is no file. */
export type FileState = { readonly mode: string; readonly blob: ObjectId } | null;

/** One path that differs between two commits. A renamed file is two: one gone, one added. */
export type PathChange = { readonly path: string; readonly old: FileState; readonly new: FileState };

/** Returns a text that equal states share. */
export function stateKey(state: FileState): string {
  return state === null ? "none" : `${state.mode} ${state.blob}`;
}

/** Returns whether both are the same content with the same mode, or no file at all. */
export function isSameState(one: FileState, other: FileState): boolean {
  return stateKey(one) === stateKey(other);
}
