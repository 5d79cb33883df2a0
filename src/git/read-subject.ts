import type { ObjectId } from "#base/ids.ts";
import { subjectOf } from "./clone/commit-facts.ts";
import { anyFolder } from "./git-place.ts";
import type { Repository } from "./repository.ts";
import { runGit } from "./run-git.ts";

/**
 * Returns the first paragraph of a commit's message, as one line.
 *
 * @throws GitFault
 */
export async function readSubject(
  repository: Repository,
  commit: ObjectId,
  signal: AbortSignal,
): Promise<string> {
  const command = { arguments: ["cat-file", "commit", commit] };
  return subjectOf(await runGit(anyFolder(repository.root), command, signal));
}
