import type { ObjectId } from "#base/ids.ts";
import { failureOf } from "#commands/failure-of.ts";
import { type WatchedTree, watchedTree } from "#commands/hooks/watched-tree.ts";
import { failureLine } from "#gate/failure/failure-message.ts";
import { compareNames } from "#git/change/tree-difference.ts";
import { shownPath } from "#git/path-bytes.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import type { Locations } from "#runs/locations.ts";
import type { RunBegun, RunEnded } from "#runs/records/run-record.ts";

/** A work tree as it stood at one moment of a run. */
export type SeenTree = {
  /** Absent where the folder is in no repository, or git refuses to say. */
  readonly tree: WatchedTree | undefined;
  /** What the run's record says of it. */
  readonly record: RunBegun["workTree"];
};

/**
 * Returns the work tree around a folder as it stands now, kept in the private object store. A tree that
 * cannot be taken fails no run: the record says why.
 *
 * @throws `signal`'s reason.
 */
export async function workTreeNow(locations: Locations, cwd: string, signal: AbortSignal): Promise<SeenTree> {
  let tree: WatchedTree | undefined;
  try {
    tree = await watchedTree(locations, cwd, signal);
    if (tree === undefined) return { tree, record: null };
    const { root } = tree.repository;
    const snapshot = await takeSnapshot(tree.repository, tree.store, signal);
    return { tree, record: { root, head: snapshot.head, tree: snapshot.tree } };
  } catch (error) {
    signal.throwIfAborted();
    const root = tree?.repository.root ?? cwd;
    return { tree, record: { root, head: null, tree: null, why: failureLine(failureOf(error)) } };
  }
}

/**
 * Returns what differs between two states of one work tree, or null where one of them is not known.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function changedBetween(
  before: SeenTree,
  after: SeenTree,
  signal: AbortSignal,
): Promise<RunEnded["changed"]> {
  const [from, to] = [before.record?.tree, after.record?.tree];
  if (after.tree === undefined || !from || !to || before.record?.root !== after.record?.root) return null;
  if (from === to) return [];
  const entries = await compareNames({ store: after.tree.store, from, to }, signal);
  return entries.map(({ path, oldBlob, newBlob }) => ({
    path: shownPath(path),
    old: blobOrNull(oldBlob),
    new: blobOrNull(newBlob),
  }));
}

function blobOrNull(blob: ObjectId | undefined): ObjectId | null {
  return blob ?? null;
}
