import { digestOf } from "#base/digest.ts";
import { patchParts, readHunk } from "#gate/scope/patch-lines.ts";

/**
 * Returns the digest of what a patch of one file does, wherever in the file: its lines, changed ones
 * and those around them, without line numbers and without the names of contents. `undefined` for a
 * patch without lines.
 */
export function patchDigest(patch: string): string | undefined {
  const hunks = patchParts(patch).hunks.map((hunk) => readHunk(hunk).body);
  return hunks.length === 0 ? undefined : digestOf(hunks);
}
