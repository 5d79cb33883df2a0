import { existsSync } from "node:fs";
import { join } from "node:path";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { isGitFailed } from "#git/fault.ts";
import { insideStore } from "#git/git-place.ts";
import type { ObjectStore } from "#git/repository.ts";
import { emptyTree } from "#git/revision.ts";
import { runGit } from "#git/run-git.ts";
import type { Opaque, Snapshot } from "#git/snapshot/snapshot.ts";
import { listTree } from "#git/snapshot/whole-tree.ts";
import { nestedStores } from "#git/store/nested-stores.ts";

/**
 * A state that takes the place of a snapshot of which trees are gone. The commit is the one that it
 * is of, or that the first repository inside is of where only that one's tree is gone; `null` for an empty tree.
 */
export type StandIn = { readonly snapshot: Snapshot; readonly commit: ObjectId | null };

/**
 * Returns from where to count instead of a snapshot whose tree is gone, as it is when the store was
 * removed: the commit that HEAD named then, and nothing at all where there was none or it is gone
 * too. Repositories inside likewise. `undefined` where all trees can be had, which costs no git
 * process where their indexes are kept, and one for each where not.
 *
 * @throws GitFault
 */
export async function standInFor(
  store: ObjectStore,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<StandIn | undefined> {
  const own = await standingTree(store, snapshot, signal);
  const opaque: Opaque[] = [];
  let inside: StandIn | undefined;
  for (const entry of snapshot.opaque) {
    const inner = entry.inner && (await standInFor(store, entry.inner, signal));
    inside ??= inner;
    // Its state stays: it tells whether anything has changed in it since.
    opaque.push(inner === undefined ? entry : { ...entry, inner: inner.snapshot });
  }
  const first = own ?? inside;
  return first && { snapshot: { ...snapshot, ...(own && { tree: own.tree }), opaque }, commit: first.commit };
}

async function standingTree(
  store: ObjectStore,
  { tree, head }: Snapshot,
  signal: AbortSignal,
): Promise<{ readonly tree: ObjectId; readonly commit: ObjectId | null } | undefined> {
  if (await canBeHad(store, tree, signal)) return undefined;
  const committed = head === null ? undefined : await treeOf(store, head, signal);
  if (committed !== undefined) return { tree: committed, commit: head };
  return { tree: await emptyTree(store, signal), commit: null };
}

/** Also a tree of which one folder is gone cannot be compared with. */
async function canBeHad(store: ObjectStore, tree: ObjectId, signal: AbortSignal): Promise<boolean> {
  if ([store, ...nestedStores(store)].some(({ indexes }) => existsSync(join(indexes, tree)))) return true;
  try {
    await listTree(store, tree, signal);
    return true;
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return false;
  }
}

/** Returns the tree of a commit where both are there (git-cat-file(1), "Batch output"). */
async function treeOf(
  store: ObjectStore,
  commit: ObjectId,
  signal: AbortSignal,
): Promise<ObjectId | undefined> {
  const command = {
    arguments: ["cat-file", "--batch-check=%(objectname)"],
    input: Buffer.from(`${commit}^{tree}\n`),
  };
  const answer = (await runGit(insideStore(store), command, signal)).toString("latin1").trim();
  return answer.includes(" ") ? undefined : parseShape(answer, ObjectId);
}
