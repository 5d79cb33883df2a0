import type { ObjectId } from "#base/ids.ts";
import { readBytes } from "#git/byte-reader.ts";
import { insideStore } from "#git/git-place.ts";
import { readRawEntries } from "#git/raw-entry.ts";
import type { ObjectStore } from "#git/repository.ts";
import { streamGit } from "#git/run-git.ts";
import { verifyBlobs } from "./verify-blobs.ts";

const FOLDER = "040000";

/**
 * Makes sure that two trees, and the folders in which they differ, hold what they are named after. One
 * that was put into the user's repository under the name of another would let a change look like none.
 * Costs two git processes; the folders that are equal are not looked at.
 *
 * @throws GitFault `git-failed` for the first one that does not, and where a tree is missing; or `signal`'s reason.
 */
export async function verifyTrees(
  store: ObjectStore,
  [from, to]: readonly [ObjectId, ObjectId],
  signal: AbortSignal,
): Promise<void> {
  if (from === to) return;
  const command = {
    arguments: ["diff-tree", "-r", "-t", "-z", "--raw", "--full-index", "--no-renames", from, to],
    read: (chunks: AsyncIterable<Uint8Array>) => readRawEntries(readBytes(chunks)),
  };
  const entries = await streamGit(insideStore(store), command, signal);
  const folders = entries.flatMap(({ oldMode, newMode, oldBlob, newBlob }) => [
    ...(oldMode === FOLDER && oldBlob !== undefined ? [oldBlob] : []),
    ...(newMode === FOLDER && newBlob !== undefined ? [newBlob] : []),
  ]);
  await verifyBlobs(store, [from, to, ...folders], signal);
}
