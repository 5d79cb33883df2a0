import { anyFolder } from "./git-place.ts";
import { askGit } from "./run-git.ts";

/**
 * Returns whether a folder is in a repository without a work tree. Takes one git process.
 *
 * @throws GitFault `git-missing`, or `git-timed-out` when `signal` fires.
 */
export async function isBare(directory: string, signal: AbortSignal): Promise<boolean> {
  const question = { arguments: ["rev-parse", "--is-bare-repository"] };
  const { output } = await askGit(anyFolder(directory), question, signal);
  return output.toString("utf8").trim() === "true";
}
