import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import type { GitPlace } from "#git/git-place.ts";
import { runGit } from "#git/run-git.ts";

/**
 * Writes the tree of the index that the place works with and returns its name. Trees that are
 * missing are written anew; files that are missing (a partial clone, a pruned commit) are named
 * all the same.
 *
 * @throws GitFault, for instance where the index holds conflicts.
 */
export async function writeTree(place: GitPlace, signal: AbortSignal): Promise<ObjectId> {
  const output = await runGit(place, { arguments: ["write-tree", "--missing-ok"] }, signal);
  return parseShape(output.toString("latin1").trim(), ObjectId);
}
