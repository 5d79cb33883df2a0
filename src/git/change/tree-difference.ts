import type { ObjectId } from "#base/ids.ts";
import { readBytes } from "#git/byte-reader.ts";
import { insideStore } from "#git/git-place.ts";
import { type RawEntry, readRawEntries } from "#git/raw-entry.ts";
import type { ObjectStore } from "#git/repository.ts";
import { streamGit } from "#git/run-git.ts";
import { type PatchedEntry, readPatches } from "./patches.ts";

/** Two trees of a store. */
export type TreePair = { readonly store: ObjectStore; readonly from: ObjectId; readonly to: ObjectId };

/** Renames with changes are looked for among so many new and gone files at most, for the cost is their product. */
const RENAME_LIMIT = 1000;

/** Nothing here may depend on configuration or attributes: whoever writes the change could write those. */
const COMPARE = ["diff-tree", "-r", "-z", "--raw", "--full-index", "--ignore-submodules=none"];
const AS_PATCH = ["-p", "--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short", "--unified=3"];

/**
 * Returns what differs between the trees, file by file with its patch, in one git process.
 *
 * @throws GitFault `git-failed` also where an object of either tree is missing.
 */
export async function comparePatches(
  pair: TreePair,
  renames: boolean,
  signal: AbortSignal,
): Promise<readonly PatchedEntry[]> {
  const detection = renames ? ["-M", `-l${RENAME_LIMIT}`] : ["--no-renames"];
  const command = {
    arguments: [...COMPARE, ...AS_PATCH, ...detection, pair.from, pair.to],
    read: async (chunks: AsyncIterable<Uint8Array>) => {
      const reader = readBytes(chunks);
      return await readPatches(reader, await readRawEntries(reader));
    },
  };
  return await streamGit(insideStore(pair.store), command, signal);
}

/** As `comparePatches`, without renames and patches: the files themselves are not looked at. */
export async function compareNames(pair: TreePair, signal: AbortSignal): Promise<readonly RawEntry[]> {
  const command = {
    arguments: [...COMPARE, "--no-renames", pair.from, pair.to],
    read: (chunks: AsyncIterable<Uint8Array>) => readRawEntries(readBytes(chunks)),
  };
  return await streamGit(insideStore(pair.store), command, signal);
}
