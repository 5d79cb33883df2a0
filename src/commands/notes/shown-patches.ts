import type { NoteEntry } from "#audit/signed-paths/note.ts";
import { patchDigest } from "#audit/signed-paths/patch-digest.ts";
import { GITLINK_MODE } from "#git/change/commit-links.ts";
import { isGitFailed } from "#git/fault.ts";
import { type BlobPair, pairKey, pairPatches } from "#git/notes/pair-patches.ts";
import type { ObjectStore } from "#git/repository.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import type { EarlierContents, ShownPath } from "./earlier-contents.ts";

/** Tells the digests of the lines of an edited text. Nothing of what is none, or whose contents are gone. */
export type PatchesOf = (shown: ShownPath) => Pick<NoteEntry, "patch" | "since">;

/** Contents of so many pairs are compared at a time: all of their lines are in memory then. */
const AT_ONCE = 256;

/**
 * Compares the contents that receipts name, as far as they are still in the repository or the private
 * store, and the earlier ones with what they became. A commit keeps contents; what was never committed is
 * soon pruned. Takes a few git processes for some hundred receipts.
 *
 * @throws GitFault `git-missing`, `git-timed-out`.
 */
export async function shownPatches(
  store: ObjectStore,
  {
    receipts,
    earlier,
  }: { readonly receipts: readonly Pick<Receipt, "scope">[]; readonly earlier: EarlierContents },
  signal: AbortSignal,
): Promise<PatchesOf> {
  const digests = new Map<string, string>();
  for (const batch of batches(receipts.map((receipt) => pairsOf(receipt, earlier)))) {
    for (const [key, digest] of await digestsOf(store, batch, signal)) digests.set(key, digest);
  }
  return (shown) => {
    const [patch] = editedPair(shown).flatMap((pair) => digests.get(pairKey(pair)) ?? []);
    const since = earlierPairs(shown, earlier).flatMap((pair) => {
      const digest = digests.get(pairKey(pair));
      return digest === undefined ? [] : [{ old: pair.old, patch: digest }];
    });
    return {
      ...(patch === undefined ? {} : { patch }),
      ...(since.length === 0 ? {} : { since }),
    };
  };
}

type Pairs = readonly BlobPair[];

function pairsOf({ scope }: Pick<Receipt, "scope">, earlier: EarlierContents): Pairs {
  return (scope?.shown ?? []).flatMap((shown) => [...editedPair(shown), ...earlierPairs(shown, earlier)]);
}

/** What belongs to one receipt stays together. */
function* batches(all: readonly Pairs[]): Generator<readonly Pairs[]> {
  let [batch, size]: [Pairs[], number] = [[], 0];
  for (const pairs of all.filter(({ length }) => length > 0)) {
    if (size > 0 && size + pairs.length > AT_ONCE) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(pairs);
    size += pairs.length;
  }
  if (size > 0) yield batch;
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

/** An object that is broken costs what its own receipt could say, and no other. */
async function digestsOf(
  store: ObjectStore,
  batch: readonly Pairs[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  try {
    const { patches } = await pairPatches(store, batch.flat(), signal);
    const digests = new Map<string, string>();
    for (const [key, patch] of patches) {
      const digest = patchDigest(patch);
      if (digest !== undefined) digests.set(key, digest);
    }
    return digests;
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    if (batch.length === 1) return new Map();
  }
  const half = Math.ceil(batch.length / 2);
  const first = await digestsOf(store, batch.slice(0, half), signal);
  return new Map([...first, ...(await digestsOf(store, batch.slice(half), signal))]);
}
