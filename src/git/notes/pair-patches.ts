import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { comparePatches } from "#git/change/tree-difference.ts";
import { insideStore } from "#git/git-place.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";
import { TOO_LARGE_BYTES } from "#git/snapshot/opaque-state.ts";
import { objectSizes } from "#git/store/object-sizes.ts";
import { verifyBlobs } from "#git/store/verify-blobs.ts";

/** Two contents of one file. */
export type BlobPair = { readonly old: ObjectId; readonly new: ObjectId };

export type PairPatches = {
  /** By `OLD NEW`, those of texts. */
  readonly patches: ReadonlyMap<string, string>;
  /** How many pairs there are of which a content is not here, or too large. */
  readonly missing: number;
};

/**
 * Returns the patch of each pair that is text and of which both contents are here. Each
 * content is compared under a name of ours, so the headers of the patches say nothing. A few git
 * processes for all of them; the two trees that are made for it are the store's only.
 *
 * @throws GitFault, also where an object does not hold what it is named after.
 */
export async function pairPatches(
  store: ObjectStore,
  pairs: readonly BlobPair[],
  signal: AbortSignal,
): Promise<PairPatches> {
  const sizes = await objectSizes(store, [...new Set(pairs.flatMap((pair) => [pair.old, pair.new]))], signal);
  const isHere = (blob: ObjectId) => (sizes.get(blob) ?? TOO_LARGE_BYTES) < TOO_LARGE_BYTES;
  const keyed = new Map(pairs.map((pair) => [pairKey(pair), pair]));
  const here = [...keyed.values()].filter((pair) => isHere(pair.old) && isHere(pair.new));
  const missing = keyed.size - here.length;
  if (here.length === 0) return { patches: new Map(), missing };
  await verifyBlobs(
    store,
    here.flatMap((pair) => [pair.old, pair.new]),
    signal,
  );
  const from = await flatTree(
    store,
    here.map((pair) => pair.old),
    signal,
  );
  const to = await flatTree(
    store,
    here.map((pair) => pair.new),
    signal,
  );
  const entries = await comparePatches({ store, from, to }, false, signal);
  const texts = entries.flatMap(({ path, content, patch }): [string, string][] => {
    const pair = here[Number(path)];
    return pair === undefined || content !== "text" ? [] : [[pairKey(pair), patch]];
  });
  return { patches: new Map(texts), missing };
}

/** Returns the name under which `pairPatches` has a pair's patch. */
export function pairKey({ old, new: blob }: { readonly old: string; readonly new: string }): string {
  return `${old} ${blob}`;
}

/** A tree in which each blob has its place in the list for a name. */
async function flatTree(
  store: ObjectStore,
  blobs: readonly ObjectId[],
  signal: AbortSignal,
): Promise<ObjectId> {
  const input = Buffer.from(blobs.map((blob, index) => `100644 blob ${blob}\t${index}\0`).join(""));
  const output = await runGit(insideStore(store), { arguments: ["mktree", "-z"], input }, signal);
  return parseShape(output.toString("latin1").trim(), ObjectId);
}
