import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { anyFolder } from "#git/git-place.ts";
import type { Repository } from "#git/repository.ts";
import { type Revision, readRevision } from "#git/revision.ts";
import { askGit, gitFailed, runGit } from "#git/run-git.ts";

/** Two revisions, as they were typed. */
export type TypedRange = { readonly tip: string; readonly base: string };

/** What is to be compared, or why nothing can be. `shallow`: the clone lacks older history. */
export type CommitRange =
  /** `base` is where the tip left it. */
  | { readonly kind: "range"; readonly base: Revision; readonly tip: Revision; readonly shallow: boolean }
  | { readonly kind: "no-commit"; readonly name: string; readonly shallow: boolean }
  | { readonly kind: "unrelated"; readonly shallow: boolean }
  /** The base holds the tip already, so nothing would be compared. */
  | { readonly kind: "contained"; readonly tip: Revision };

/**
 * Returns the commit at the tip and the one at which it left the base, in the user's repository and
 * without a network.
 *
 * @throws GitFault
 */
export async function commitRange(
  repository: Repository,
  { tip: tipName, base: baseName }: TypedRange,
  signal: AbortSignal,
): Promise<CommitRange> {
  const shallow = await isShallow(repository, signal);
  const tip = await readRevision(repository, tipName, signal);
  if (tip === undefined) return { kind: "no-commit", name: tipName, shallow };
  const named = await readRevision(repository, baseName, signal);
  if (named === undefined) return { kind: "no-commit", name: baseName, shallow };
  const common = await commonCommit(repository, [named.commit, tip.commit], signal);
  if (common === undefined) return { kind: "unrelated", shallow };
  if (common === tip.commit) return { kind: "contained", tip };
  const base = await readRevision(repository, common, signal);
  return base === undefined ? { kind: "unrelated", shallow } : { kind: "range", base, tip, shallow };
}

/**
 * Returns whether older commits are missing here by intent (git-clone(1), `--depth`).
 *
 * @throws GitFault
 */
export async function isShallow(repository: Repository, signal: AbortSignal): Promise<boolean> {
  const words = ["rev-parse", "--is-shallow-repository"];
  const output = await runGit(anyFolder(repository.root), { arguments: words }, signal);
  return output.toString("latin1").trim() === "true";
}

/**
 * Returns the first commits of all that HEAD grew out of: what clones of one repository share. None
 * without a commit.
 *
 * @throws GitFault
 */
export async function rootCommits(repository: Repository, signal: AbortSignal): Promise<readonly ObjectId[]> {
  if ((await readRevision(repository, "HEAD", signal)) === undefined) return [];
  return (await revisions(repository, ["--max-parents=0", "HEAD"], signal)).toSorted();
}

/**
 * Returns commits as git-rev-list(1) selects them.
 *
 * @throws GitFault
 */
export async function revisions(
  repository: Repository,
  selection: readonly string[],
  signal: AbortSignal,
): Promise<readonly ObjectId[]> {
  const command = { arguments: ["rev-list", ...selection, "--"] };
  const output = (await runGit(anyFolder(repository.root), command, signal)).toString("latin1");
  const lines = output.split("\n").filter((line) => line !== "");
  return lines.map((line) => parseShape(line, ObjectId));
}

/** Exit code 1 says that there is none. */
async function commonCommit(
  repository: Repository,
  two: readonly [ObjectId, ObjectId],
  signal: AbortSignal,
): Promise<ObjectId | undefined> {
  const command = { arguments: ["merge-base", ...two] };
  const answer = await askGit(anyFolder(repository.root), command, signal);
  if (answer.exitCode > 1) throw gitFailed(command, answer);
  return answer.exitCode === 0 ? parseShape(answer.output.toString("latin1").trim(), ObjectId) : undefined;
}
