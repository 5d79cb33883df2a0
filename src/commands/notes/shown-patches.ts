import type { NoteEntry } from "#audit/signed-paths/note.ts";
import { patchDigest } from "#audit/signed-paths/patch-digest.ts";
import { GITLINK_MODE } from "#git/commit-links.ts";
import { isGitFailed } from "#git/fault.ts";
import { type BlobPair, pairKey, pairPatches } from "#git/notes/pair-patches.ts";
import type { ObjectStore } from "#git/repository.ts";
import type { Receipt } from "#runs/receipt.ts";
import type { EarlierContents, ShownPath } from "./earlier-contents.ts";

/** Tells the digests of the lines of an edited text. Nothing of what is none, or whose contents are gone. */
export type PatchesOf = (shown: ShownPath) => Pick<NoteEntry, "patch" | "since">;

/**
 * Compares the contents that a receipt names, as far as they are still in the repository or the private
 * store, and the earlier ones with what they became. A commit keeps contents; what was never committed is
 * soon pruned.
 *
 * @throws GitFault `git-missing`, `git-timed-out`.
 */
export async function shownPatches(
  store: ObjectStore,
  { receipt: { scope }, earlier }: { readonly receipt: Receipt; readonly earlier: EarlierContents },
  signal: AbortSignal,
): Promise<PatchesOf> {
  const pairs = (scope?.shown ?? []).flatMap((shown) => [
    ...editedPair(shown),
    ...earlierPairs(shown, earlier),
  ]);
  const patches = await patchesOf(store, pairs, signal);
  const digestOf = (pair: BlobPair) => {
    const patch = patches.get(pairKey(pair));
    return patch === undefined ? undefined : patchDigest(patch);
  };
  return (shown) => {
    const [patch] = editedPair(shown).flatMap((pair) => digestOf(pair) ?? []);
    const since = earlierPairs(shown, earlier).flatMap((pair) => {
      const digest = digestOf(pair);
      return digest === undefined ? [] : [{ old: pair.old, patch: digest }];
    });
    return {
      ...(patch === undefined ? {} : { patch }),
      ...(since.length === 0 ? {} : { since }),
    };
  };
}

/** A file that was shown whole, was there before, and is where it was. */
function editedPair({ old, new: blob, part, oldPath, modes }: ShownPath): readonly BlobPair[] {
  if (old === null || blob === null || part || oldPath !== undefined) return [];
  // A submodule's commit is no content that has lines.
  return modes !== undefined && Object.values(modes).includes(GITLINK_MODE) ? [] : [{ old, new: blob }];
}

function earlierPairs(shown: ShownPath, earlier: EarlierContents): readonly BlobPair[] {
  return editedPair(shown).flatMap((pair) => earlier(shown).map((old) => ({ old, new: pair.new })));
}

async function patchesOf(
  store: ObjectStore,
  pairs: readonly BlobPair[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  try {
    return (await pairPatches(store, pairs, signal)).patches;
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return new Map();
  }
}
