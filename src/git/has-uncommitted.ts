import { anyFolder } from "./git-place.ts";
import type { Repository } from "./repository.ts";
import { askGit } from "./run-git.ts";

const QUESTION = ["status", "--porcelain", "-z", "--untracked-files=normal"] as const;

/**
 * Returns whether the work tree holds anything staged, changed or untracked, ignored files left out; also
 * `true` where git cannot tell. Takes one git process.
 *
 * @throws GitFault where there is no git, or `signal` fires.
 */
export async function hasUncommitted({ root }: Repository, signal: AbortSignal): Promise<boolean> {
  const { exitCode, output } = await askGit(anyFolder(root), { arguments: QUESTION }, signal);
  return exitCode !== 0 || output.length > 0;
}
