import { patchDigest } from "#audit/signed-paths/patch-digest.ts";
import { isGitFailed } from "#git/fault.ts";
import { type BlobPair, pairKey, pairPatches } from "#git/notes/pair-patches.ts";
import type { ObjectStore } from "#git/repository.ts";
import type { Receipt } from "#runs/receipt.ts";

export type ShownPath = NonNullable<Receipt["scope"]>["shown"][number];

/** Tells the digest of the lines of an edited text. `undefined` of what is none, or whose contents are gone. */
export type PatchOf = (shown: ShownPath) => string | undefined;

/**
 * Compares the contents that a receipt names, as far as they are still in the repository or the private
 * store. A commit keeps them; what was never committed is soon pruned.
 *
 * @throws GitFault `git-missing`, `git-timed-out`.
 */
export async function shownPatches(
  store: ObjectStore,
  { scope }: Receipt,
  signal: AbortSignal,
): Promise<PatchOf> {
  const patches = await patchesOf(store, (scope?.shown ?? []).flatMap(editedPair), signal);
  return (shown) => {
    const [pair] = editedPair(shown);
    const patch = pair === undefined ? undefined : patches.get(pairKey(pair));
    return patch === undefined ? undefined : patchDigest(patch);
  };
}

/** A file that was shown whole, was there before, and is where it was. */
function editedPair({ old, new: blob, part, oldPath }: ShownPath): readonly BlobPair[] {
  return old === null || blob === null || part || oldPath !== undefined ? [] : [{ old, new: blob }];
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
