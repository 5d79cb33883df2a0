import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import type { FileState } from "#gate/attribution/file-state.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { editTree, type TreeEntry } from "#git/snapshot/whole-tree.ts";
import { writeBlobs } from "#git/store/write-blobs.ts";

/**
 * Returns the baseline with the given files as they are given; `null` for one that is not there.
 * New texts go to the private store, as the new tree does.
 *
 * @throws GitFault
 */
export async function adjustedBaseline(
  { store }: WatchedTree,
  baseline: Snapshot,
  adjusted: ReadonlyMap<string, FileState | null>,
  signal: AbortSignal,
): Promise<Snapshot> {
  if (adjusted.size === 0) return baseline;
  const files = [...adjusted].flatMap(([path, state]) => (state === null ? [] : [{ path, ...state }]));
  const unwritten = files.filter(({ object }) => object === undefined);
  const written = await writeBlobs(
    store,
    unwritten.map(({ text }) => text ?? ""),
    signal,
  );
  const blobs = new Map(unwritten.map(({ path }, index) => [path, written[index]]));
  const entries = files.flatMap(({ path, mode, object }): TreeEntry[] => {
    const blob = object ?? blobs.get(path);
    return blob === undefined ? [] : [{ mode, object: blob, path }];
  });
  const without = [...adjusted].flatMap(([path, state]) => (state === null ? [path] : []));
  return { ...baseline, tree: await editTree(store, { tree: baseline.tree, without, entries }, signal) };
}
