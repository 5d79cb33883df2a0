import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ObjectId } from "#base/ids.ts";
import { GitFault } from "#git/fault.ts";
import { insideStore } from "#git/git-place.ts";
import { type BytePath, joinNul, splitNul } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";
import { nestedStores } from "#git/store/nested-stores.ts";
import { writeTree } from "#git/store/write-tree.ts";
import { keepIndex, withKeptIndex } from "./private-index.ts";

/** A file, link or submodule in a tree. */
export type TreeEntry = { readonly mode: string; readonly object: string; readonly path: BytePath };

/** The blob without a byte (SHA-1, SHA-256). An entry that is only intended to be added looks like one, and would be in the tree then. */
const EMPTY =
  /^\d+ (e69de29bb2d1d6434b8b29ae775ad8c2e48c5391|473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813) /;

/**
 * Writes a tree's objects again from its kept index, where git has pruned them. The index of an
 * inner repository's tree is kept in the store of that repository.
 *
 * @throws GitFault where that index is gone too.
 */
export async function restoreTree(store: ObjectStore, tree: ObjectId, signal: AbortSignal): Promise<void> {
  const keeper =
    [store, ...nestedStores(store)].find(({ indexes }) => existsSync(join(indexes, tree))) ?? store;
  const restored = await withTreeIndex(keeper, tree, signal, async (index) => {
    const place = insideStore(keeper, index);
    // Put in again, for of a folder whose tree the index knows and that is there git looks at none inside.
    const listed = splitNul(await runGit(place, { arguments: ["ls-files", "-z", "--stage"] }, signal));
    const input = joinNul(listed.filter((entry) => !EMPTY.test(entry)));
    await runGit(place, { arguments: ["update-index", "-z", "--index-info"], input }, signal);
    return await writeTree(place, signal);
  });
  if (restored === tree) return;
  const detail = `the index kept for ${tree} makes ${restored}`;
  throw new GitFault({ kind: "git-failed", command: "git write-tree", exitCode: 0, detail });
}

/**
 * Returns all entries of a tree, folders opened.
 *
 * @throws GitFault
 */
export async function listTree(
  store: ObjectStore,
  tree: ObjectId,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  const output = await runGit(insideStore(store), { arguments: ["ls-tree", "-r", "-z", tree] }, signal);
  return splitNul(output).map((line) => {
    const tab = line.indexOf("\t");
    const [mode = "", , object = ""] = line.slice(0, tab).split(" ");
    return { mode, object, path: line.slice(tab + 1) };
  });
}

/** What becomes of a tree: first the paths are left out, then the entries put in. */
export type TreeEdit = {
  readonly tree: ObjectId;
  readonly without: readonly BytePath[];
  readonly entries: readonly TreeEntry[];
};

/**
 * Returns the edited tree. Its index is kept like that of a snapshot.
 *
 * @throws GitFault
 */
export async function editTree(store: ObjectStore, edit: TreeEdit, signal: AbortSignal): Promise<ObjectId> {
  return await withTreeIndex(store, edit.tree, signal, async (index) => {
    const place = insideStore(store, index);
    const gone = edit.without.map((path) => `0 ${"0".repeat(edit.tree.length)}\t${path}`);
    const put = edit.entries.map((entry) => `${entry.mode} ${entry.object}\t${entry.path}`);
    const update = ["update-index", "-z", "--add", "--replace", "--index-info"];
    await runGit(place, { arguments: update, input: joinNul([...gone, ...put]) }, signal);
    const edited = await writeTree(place, signal);
    keepIndex(store, index, edited);
    return edited;
  });
}

async function withTreeIndex<T>(
  store: ObjectStore,
  tree: ObjectId,
  signal: AbortSignal,
  work: (index: string) => Promise<T>,
): Promise<T> {
  return await withKeptIndex(store, tree, async (index) => {
    if (!existsSync(index)) {
      await runGit(insideStore(store, index), { arguments: ["read-tree", tree] }, signal);
    }
    return await work(index);
  });
}
