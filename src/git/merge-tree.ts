import { GitFault } from "./fault.ts";
import { shownPath } from "./path-bytes.ts";
import type { ObjectStore } from "./repository.ts";
import type { Snapshot } from "./snapshot.ts";
import { editTree, listTree, restoreTree, type TreeEntry } from "./whole-tree.ts";

/**
 * Returns the snapshot with the named paths as the baseline has them: what a signature covers
 * moves on, the rest stays. A renamed file is two paths, and both must be named for it to stay
 * as it was. Where both cannot be had (a file now stands where the baseline has a folder), the
 * baseline's wins, and the rest shows up again in the next change.
 *
 * @throws GitFault
 */
export async function mergeTree(
  store: ObjectStore,
  baseline: Snapshot,
  snapshot: Snapshot,
  keepPaths: readonly string[],
  signal: AbortSignal,
): Promise<Snapshot> {
  const kept = new Set(keepPaths);
  if (kept.size === 0) return snapshot;
  const now = await entriesAt(store, snapshot, kept, signal);
  const before = await entriesAt(store, baseline, kept, signal);
  const edit = { tree: snapshot.tree, without: now.map((entry) => entry.path), entries: before };
  const opaque = [
    ...snapshot.opaque.filter((entry) => !kept.has(entry.path)),
    ...baseline.opaque.filter((entry) => kept.has(entry.path)),
  ];
  opaque.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { ...snapshot, tree: await editTree(store, edit, signal), opaque };
}

async function entriesAt(
  store: ObjectStore,
  snapshot: Snapshot,
  paths: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const entries = await listWhole(store, snapshot, signal);
  return entries.filter((entry) => paths.has(shownPath(entry.path)));
}

async function listWhole(
  store: ObjectStore,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  try {
    return await listTree(store, snapshot.tree, signal);
  } catch (error) {
    if (!(error instanceof GitFault) || error.failure.kind !== "git-failed") throw error;
    await restoreTree(store, snapshot.tree, signal);
    return await listTree(store, snapshot.tree, signal);
  }
}
