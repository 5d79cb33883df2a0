import { realpathSync } from "node:fs";
import { errorText } from "#base/fault.ts";
import { GitFault } from "./fault.ts";
import { anyFolder } from "./git-place.ts";
import type { Repository } from "./repository.ts";
import { askGit, type GitAnswer, gitFailed } from "./run-git.ts";

const QUESTION = [
  "rev-parse",
  "--path-format=absolute",
  "--show-object-format",
  "--is-inside-work-tree",
  "--git-dir",
  "--git-common-dir",
  "--show-toplevel",
] as const;

/**
 * Returns the repository whose work tree holds the folder, or `undefined` where there is none:
 * outside of any repository, in a bare one, or inside `.git`. Takes one git process.
 *
 * @throws GitFault as git says it, for instance where the repository belongs to somebody else.
 */
export async function findRepository(
  directory: string,
  signal: AbortSignal,
): Promise<Repository | undefined> {
  const answer = await askGit(anyFolder(directory), { arguments: QUESTION }, signal);
  const [objectFormat, inWorkTree, ...paths] = answer.output.toString("utf8").split("\n").slice(0, -1);
  if (inWorkTree === "false" || /^fatal: not a git repository/m.test(answer.errors.toString("utf8")))
    return undefined;
  const [gitDirectory, commonDirectory, root, ...rest] = paths;
  if (answer.exitCode !== 0) throw gitFailed({ arguments: QUESTION }, answer);
  if (objectFormat !== "sha1" && objectFormat !== "sha256") throw unusable(answer, "unknown object format");
  if (gitDirectory === undefined || commonDirectory === undefined || root === undefined || rest.length > 0) {
    throw unusable(answer, "the repository's path holds a line break");
  }
  return {
    root: real(root, answer),
    gitDirectory: real(gitDirectory, answer),
    commonDirectory: real(commonDirectory, answer),
    objectFormat,
  };
}

function real(path: string, answer: GitAnswer): string {
  try {
    return realpathSync.native(path);
  } catch (error) {
    throw unusable(answer, errorText(error));
  }
}

function unusable(answer: GitAnswer, detail: string): GitFault {
  return new GitFault({
    kind: "git-failed",
    command: "git rev-parse",
    exitCode: answer.exitCode,
    detail,
  });
}
