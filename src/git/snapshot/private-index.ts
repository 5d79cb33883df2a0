import { randomUUID } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import type { ObjectId } from "#base/ids.ts";
import { GitFault } from "#git/fault.ts";
import type { GitPlace } from "#git/git-place.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import { updateIndex } from "./update-index.ts";

/**
 * Calls `work` with the path of a private copy of the user's index (of no file, where the user
 * has no index yet), removes the copy, and returns what `work` returned.
 */
export async function withIndexOf<T>(
  repository: Repository,
  store: ObjectStore,
  work: (index: string) => Promise<T>,
): Promise<T> {
  return await withScratchIndex(store, join(repository.gitDirectory, "index"), work);
}

/** As `withIndexOf`, for a copy of the index that was kept for a tree. */
export async function withKeptIndex<T>(
  store: ObjectStore,
  tree: ObjectId,
  work: (index: string) => Promise<T>,
): Promise<T> {
  return await withScratchIndex(store, keptIndex(store, tree), work);
}

/** Returns where the index of a snapshot's tree is kept. */
function keptIndex(store: ObjectStore, tree: ObjectId): string {
  return join(store.indexes, tree);
}

/**
 * Keeps a private index under the name of the tree that it stands for. The first one stays, and is
 * young again, as git makes an object that it would write once more: see `pruneStore`.
 */
export function keepIndex(store: ObjectStore, index: string, tree: ObjectId): void {
  const kept = keptIndex(store, tree);
  if (linked(index, kept)) return;
  try {
    // Changes only the time that the system sets by itself (ctime).
    chmodSync(kept, statSync(kept).mode);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    linked(index, kept);
  }
}

function linked(index: string, kept: string): boolean {
  try {
    linkSync(index, kept);
    return true;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    return false;
  }
}

/**
 * Makes the private index stand by itself. The copy of a split index leans on a file in the
 * user's `.git`, and that of a sparse one on trees that git may prune (git-update-index(1), "Split
 * index" and "Sparse index"). Either is written whole as soon as git writes it with our settings.
 *
 * @throws GitFault
 */
export async function makeWhole(place: GitPlace, sparse: boolean, signal: AbortSignal): Promise<void> {
  const split = readdirSync(place.environment["GIT_DIR"] ?? "").some((name) =>
    name.startsWith("sharedindex."),
  );
  if (!split && !sparse) return;
  await updateIndex(place, ["--no-split-index"], [], signal);
}

async function withScratchIndex<T>(
  store: ObjectStore,
  original: string,
  work: (index: string) => Promise<T>,
): Promise<T> {
  const index = join(store.scratch, randomUUID());
  try {
    copyIndex(original, index);
    return await work(index);
  } finally {
    rmSync(index, { force: true });
    rmSync(`${index}.lock`, { force: true });
  }
}

/**
 * Git trusts a file's size and time unless the file is as young as the index (Documentation/
 * technical/racy-git.txt). A copy made now would look younger than every edit, and an edit of
 * the same size made just after the index was written would be missed. So the copy takes over
 * the original's time, rounded down: doubt costs a comparison, trust could cost an edit.
 */
function copyIndex(original: string, copy: string): void {
  try {
    const found = statSync(original);
    // Neither we nor git could ever read a pipe in its place to the end.
    if (!found.isFile()) throw notReadable(original);
    const seconds = Math.floor(found.mtimeMs / 1000);
    copyFileSync(original, copy, constants.COPYFILE_FICLONE);
    utimesSync(copy, seconds, seconds);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

function notReadable(index: string): GitFault {
  return new GitFault({
    kind: "git-failed",
    command: "git status",
    exitCode: -1,
    detail: `${index} is no file`,
  });
}
