import type { ObjectId } from "#base/ids.ts";
import { readBytes } from "#git/byte-reader.ts";
import { anyFolder } from "#git/git-place.ts";
import { type RawEntry, readRawEntries } from "#git/raw-entry.ts";
import type { Repository } from "#git/repository.ts";
import { streamGit } from "#git/run-git.ts";

const COMPARE = [
  "diff-tree",
  "--stdin",
  "-r",
  "-z",
  "--raw",
  "--root",
  "-m",
  "--no-renames",
  "--no-commit-id",
  "--full-index",
  "--ignore-submodules=none",
] as const;

/**
 * Returns what each of the commits did to each path, in one git process: a merge is compared with every
 * one of its parents. No file is opened.
 *
 * @throws GitFault
 */
export async function committedSteps(
  repository: Repository,
  commits: readonly ObjectId[],
  signal: AbortSignal,
): Promise<readonly RawEntry[]> {
  if (commits.length === 0) return [];
  const command = {
    arguments: COMPARE,
    input: Buffer.from(commits.map((commit) => `${commit}\n`).join("")),
    read: (chunks: AsyncIterable<Uint8Array>) => readRawEntries(readBytes(chunks)),
  };
  return await streamGit(anyFolder(repository.root), command, signal);
}
