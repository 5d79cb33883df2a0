import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { anyFolder, insideStore } from "./git-place.ts";
import type { ObjectStore, Repository } from "./repository.ts";
import { askGit, gitFailed, runGit } from "./run-git.ts";

/** What a revision names, as git says it: a commit, and the tree of it. */
export type Revision = { readonly commit: ObjectId; readonly tree: ObjectId };

/**
 * Returns what a revision names in the repository (gitrevisions(7), `HEAD@{<date>}` included), or
 * `undefined` where it names no commit.
 *
 * @throws GitFault
 */
export async function readRevision(
  repository: Repository,
  revision: string,
  signal: AbortSignal,
): Promise<Revision | undefined> {
  const ask = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
  const name = async (what: string) => await askOne(repository, [...ask, `${revision}^{${what}}`], signal);
  const commit = await name("commit");
  const tree = commit === undefined ? undefined : await name("tree");
  return commit === undefined || tree === undefined ? undefined : { commit, tree };
}

/**
 * Returns the commit from which HEAD and the revision went separate ways, or `undefined` where they
 * have none in common.
 *
 * @throws GitFault
 */
export async function mergeBase(
  repository: Repository,
  commit: ObjectId,
  signal: AbortSignal,
): Promise<ObjectId | undefined> {
  return await askOne(repository, ["merge-base", commit, "HEAD"], signal);
}

/** Returns the tree that holds nothing. */
export async function emptyTree(store: ObjectStore, signal: AbortSignal): Promise<ObjectId> {
  const output = await runGit(insideStore(store), { arguments: ["mktree"], input: Buffer.alloc(0) }, signal);
  return parseShape(output.toString("latin1").trim(), ObjectId);
}

/** Exit code 1 says that there is none; a reflog that is not kept makes git die with 128. */
async function askOne(
  repository: Repository,
  question: readonly string[],
  signal: AbortSignal,
): Promise<ObjectId | undefined> {
  const answer = await askGit(anyFolder(repository.root), { arguments: question }, signal);
  if (answer.exitCode > 1 && question[0] === "merge-base") throw gitFailed({ arguments: question }, answer);
  if (answer.exitCode !== 0) return undefined;
  return parseShape(answer.output.toString("latin1").trim(), ObjectId);
}
