import { basename } from "node:path";
import type { ObjectId } from "#base/ids.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import type { Session, TreeState } from "#runs/sessions/session.ts";
import { treesOf } from "#runs/sessions/session-trees.ts";

/** Returns the git trees that a session's record refers to, by the name of the store that holds them. */
export function neededTrees(session: Session): ReadonlyMap<string, readonly ObjectId[]> {
  const needed = new Map<string, readonly ObjectId[]>();
  for (const tree of treesOf(session)) {
    const store = basename(tree.baseline.store);
    needed.set(store, [...(needed.get(store) ?? []), ...treesIn(tree)]);
  }
  return needed;
}

function treesIn({ baseline, review, seen, unsigned }: TreeState): readonly ObjectId[] {
  const snapshots = [baseline.snapshot, review?.snapshot, review?.from, unsigned?.snapshot];
  return [
    ...snapshots.flatMap((one) => (one === undefined ? [] : withInner(one))),
    ...seen.map(({ tree }) => tree),
  ];
}

function withInner({ tree, opaque }: Snapshot): readonly ObjectId[] {
  return [tree, ...opaque.flatMap(({ inner }) => (inner === undefined ? [] : withInner(inner)))];
}
