import { patchDigest } from "#audit/signed-paths/patch-digest.ts";
import { isGitFailed } from "#git/fault.ts";
import { type BlobPair, pairKey, pairPatches } from "#git/notes/pair-patches.ts";
import { shownPath } from "#git/path-bytes.ts";
import type { RawEntry } from "#git/raw-entry.ts";
import type { ObjectStore } from "#git/repository.ts";
import { compareNames, type TreePair } from "#git/tree-difference.ts";
import { restoreTree } from "#git/whole-tree.ts";
import type { Receipt } from "#runs/receipt.ts";

export type ShownPath = NonNullable<Receipt["scope"]>["shown"][number];

/** What a receipt does not say of a path that it signs, and git's objects do, as long as they are there. */
export type ShownDetails = {
  /** File modes before and after. */
  readonly modesOf: (shown: ShownPath) => [string, string] | undefined;
  /** The digest of an edited text's lines. */
  readonly patchOf: (shown: ShownPath) => string | undefined;
};

/**
 * Returns those details. Where the snapshots of the review have been pruned there are fewer of them.
 *
 * @throws GitFault `git-missing`, `git-timed-out`.
 */
export async function shownDetails(
  store: ObjectStore,
  { baseline, snapshot, scope }: Receipt,
  signal: AbortSignal,
): Promise<ShownDetails> {
  const pairs = (scope?.shown ?? []).flatMap(editedPair);
  const nothing = { patches: new Map<string, string>(), missing: 0 };
  const { patches } = await orElse(nothing, () => pairPatches(store, pairs, signal));
  const trees =
    baseline === null || snapshot === null ? [] : [{ store, from: baseline.tree, to: snapshot.tree }];
  const entries: (readonly RawEntry[])[] = [];
  for (const pair of trees) entries.push(await orElse([], () => namesBetween(pair, signal)));
  const byPath = new Map(entries.flat().map((entry) => [shownPath(entry.path), entry]));
  return {
    modesOf: (shown) => modesIn(byPath, shown),
    patchOf: (shown) => {
      const [pair] = editedPair(shown);
      const patch = pair === undefined ? undefined : patches.get(pairKey(pair));
      return patch === undefined ? undefined : patchDigest(patch);
    },
  };
}

/** A file that was shown whole, was there before, and is where it was. */
function editedPair({ old, new: blob, part, oldPath }: ShownPath): readonly BlobPair[] {
  return old === null || blob === null || part || oldPath !== undefined ? [] : [{ old, new: blob }];
}

/** Trees that git has pruned come back from their kept indexes, as long as those are there. */
async function namesBetween(pair: TreePair, signal: AbortSignal): Promise<readonly RawEntry[]> {
  const first = await orElse(undefined, () => compareNames(pair, signal));
  if (first !== undefined) return first;
  for (const tree of [pair.from, pair.to]) await restoreTree(pair.store, tree, signal);
  return await compareNames(pair, signal);
}

function modesIn(
  entries: ReadonlyMap<string, RawEntry>,
  { path, oldPath, old, new: blob }: ShownPath,
): [string, string] | undefined {
  const [before, after] = [entries.get(oldPath ?? path), entries.get(path)];
  if (before === undefined || after === undefined) return undefined;
  const isIt = (before.oldBlob ?? null) === old && (after.newBlob ?? null) === blob;
  return isIt ? [before.oldMode, after.newMode] : undefined;
}

async function orElse<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return otherwise;
  }
}
