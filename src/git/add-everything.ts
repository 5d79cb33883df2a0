import type { GitPlace } from "./git-place.ts";
import { type BytePath, joinNul } from "./path-bytes.ts";
import { askGit, runGit } from "./run-git.ts";
import type { WorkTreeState } from "./work-tree-state.ts";

/** After so many files that git cannot add, the rest of a batch that fails is not tried one by one. */
const MAX_SINGLE_FAILURES = 64;

/**
 * Brings the private index to the state of the work tree, `excluded` files and folders left as
 * they are in it. Returns the paths that git could not add: no right to read them, a required
 * filter that fails.
 *
 * @throws GitFault
 */
export async function addEverything(
  place: GitPlace,
  state: Pick<WorkTreeState, "changed" | "gone" | "untracked">,
  excluded: readonly BytePath[],
  signal: AbortSignal,
): Promise<readonly BytePath[]> {
  const left = new Set(excluded);
  const present = [...state.changed, ...state.untracked].filter((path) => !left.has(path));
  const failed: BytePath[] = [];
  await forget(place, state.gone, signal);
  await addEach(place, present, failed, signal);
  return failed;
}

/** Takes the paths out of the private index, conflicts among them, whatever stands there in the work tree. */
export async function forget(
  place: GitPlace,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) return;
  const update = ["update-index", "-z", "--force-remove", "--stdin"];
  await runGit(place, { arguments: update, input: joinNul(paths) }, signal);
}

/**
 * Adds the paths in one go, else each half of them. A batch that fails changes nothing, so in
 * the end every path is either added or named in `failed`.
 */
async function addEach(
  place: GitPlace,
  paths: readonly BytePath[],
  failed: BytePath[],
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) return;
  const update = ["update-index", "-z", "--add", "--remove", "--replace", "--stdin"];
  const answer = await askGit(place, { arguments: update, input: joinNul(paths) }, signal);
  if (answer.exitCode === 0) return;
  if (paths.length === 1 || failed.length >= MAX_SINGLE_FAILURES) {
    failed.push(...paths);
    return;
  }
  const middle = Math.ceil(paths.length / 2);
  await addEach(place, paths.slice(0, middle), failed, signal);
  await addEach(place, paths.slice(middle), failed, signal);
}
