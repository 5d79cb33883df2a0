import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { GitPlace } from "#git/git-place.ts";
import { askGit } from "#git/run-git.ts";

/** Where the notes are, on remotes and in the user's repository, should he fetch them himself. */
export const NOTES_REF = "refs/notes/countersign";

/**
 * Returns the commit that a ref names, or `undefined` where there is no such ref.
 *
 * @throws GitFault
 */
export async function commitAt(
  place: GitPlace,
  ref: string,
  signal: AbortSignal,
): Promise<ObjectId | undefined> {
  const words = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`];
  const { exitCode, output } = await askGit(place, { arguments: words }, signal);
  return exitCode === 0 ? parseShape(output.toString("latin1").trim(), ObjectId) : undefined;
}
