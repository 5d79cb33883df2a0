import { posix } from "node:path";
import type { GitPlace } from "#git/git-place.ts";
import { type BytePath, placeOf } from "#git/path-bytes.ts";
import { fileStatus } from "./file-status.ts";
import type { IndexEntries } from "./listed-files.ts";
import { updateIndex } from "./update-index.ts";

/**
 * Clears the bits that keep git from looking at a file, in the private index only:
 * assume-unchanged always; skip-worktree where the file is there after all, and everywhere
 * unless a sparse checkout explains why it is not. Returns whether there were any.
 */
export async function clearHidingBits(
  place: GitPlace,
  index: IndexEntries,
  sparse: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const unexplained = sparse ? index.skipWorktree.filter(presentIn(place.directory)) : index.skipWorktree;
  await clear(place, "--no-skip-worktree", unexplained, signal);
  await clear(place, "--no-assume-unchanged", index.assumedUnchanged, signal);
  return unexplained.length + index.assumedUnchanged.length > 0;
}

async function clear(
  place: GitPlace,
  bit: string,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) return;
  await updateIndex(place, [bit, "--stdin"], paths, signal);
}

/** A sparse checkout leaves out whole folders: one look at the folder answers for all files in it. */
function presentIn(root: string): (path: BytePath) => boolean {
  const folders = new Map<BytePath, boolean>([[".", true]]);
  const exists = (path: BytePath) => fileStatus(placeOf(root, path)).kind !== "absent";
  const folderExists = (folder: BytePath): boolean => {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const found = folderExists(posix.dirname(folder)) && exists(folder);
    folders.set(folder, found);
    return found;
  };
  return (path) => folderExists(posix.dirname(path)) && exists(path);
}
