import { statSync, utimesSync } from "node:fs";
import type { GitPlace } from "#git/git-place.ts";
import { type BytePath, joinNul } from "#git/path-bytes.ts";
import { askGit, type GitAnswer, gitFailed } from "#git/run-git.ts";

/**
 * Has `git update-index` do to a private index what the words say, with the paths where there are any.
 *
 * @throws GitFault
 */
export async function updateIndex(
  place: GitPlace,
  words: readonly string[],
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<void> {
  const answer = await askUpdateIndex(place, words, paths, signal);
  if (answer.exitCode !== 0) throw gitFailed({ arguments: ["update-index"] }, answer);
}

/** As `updateIndex`, whatever the exit code. */
export async function askUpdateIndex(
  place: GitPlace,
  words: readonly string[],
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<GitAnswer> {
  const command = { arguments: ["update-index", "-z", ...words], input: joinNul(paths) };
  return await withoutDoubt(place, () => askGit(place, command, signal));
}

/** No file is as young as this: the last second that every file system can keep. */
const LAST_SECOND = 2 ** 31 - 1;

/**
 * Does what may write a private index. Git would then compare the contents of all files that are
 * as young as the index (Documentation/technical/racy-git.txt): it would die of a filter that
 * fails for any of them, and read again what was added just before. What they are is found out by
 * looking at the work tree, and whoever looks next finds the index as old as it was.
 */
export async function withoutDoubt<T>(place: GitPlace, work: () => Promise<T>): Promise<T> {
  const index = place.environment["GIT_INDEX_FILE"] ?? "";
  const found = statSync(index, { throwIfNoEntry: false });
  if (found === undefined) return await work();
  utimesSync(index, LAST_SECOND, LAST_SECOND);
  try {
    return await work();
  } finally {
    utimesSync(index, found.mtimeMs / 1000, found.mtimeMs / 1000);
  }
}
