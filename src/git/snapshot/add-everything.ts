import type { GitPlace } from "#git/git-place.ts";
import { type BytePath, joinNul, splitNul } from "#git/path-bytes.ts";
import { askGit, runGit } from "#git/run-git.ts";
import { askUpdateIndex, updateIndex } from "./update-index.ts";
import type { WorkTreeState } from "./work-tree-state.ts";

/** After so many files that git cannot add, the rest of a batch that fails is not tried one by one. */
const MAX_SINGLE_FAILURES = 64;

const ADD = ["--add", "--remove", "--replace", "--stdin"];

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
  const changed = state.changed.filter((path) => !left.has(path));
  const untracked = state.untracked.filter((path) => !left.has(path));
  const failed: BytePath[] = [];
  await forget(place, state.gone, signal);
  await addChanged(place, changed, failed, signal);
  await addEach(place, untracked, failed, signal);
  return failed;
}

/**
 * Git leaves an entry alone whose time is that of the file, unless both are as young as the index.
 * So the index has to keep its age here. Where that fails, maybe by the filter of some other young
 * file, the entries are made to have no time at all.
 */
async function addChanged(
  place: GitPlace,
  paths: readonly BytePath[],
  failed: BytePath[],
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) return;
  const command = { arguments: ["update-index", "-z", ...ADD], input: joinNul(paths) };
  const answer = await askGit(place, command, signal);
  if (answer.exitCode === 0) return;
  const entries = splitNul(await runGit(place, { arguments: ["ls-files", "-z", "--stage"] }, signal));
  const known = new Set(paths);
  const timeless = entries.filter((entry) => /^[^\t]* 0\t/.test(entry) && known.has(pathOf(entry)));
  await updateIndex(place, ["--index-info"], timeless, signal);
  await addEach(place, paths, failed, signal);
}

function pathOf(entry: string): BytePath {
  return entry.slice(entry.indexOf("\t") + 1);
}

/** Takes the paths out of the private index, conflicts among them, whatever stands there in the work tree. */
export async function forget(
  place: GitPlace,
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<void> {
  if (paths.length === 0) return;
  await updateIndex(place, ["--force-remove", "--stdin"], paths, signal);
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
  const answer = await askUpdateIndex(place, ADD, paths, signal);
  if (answer.exitCode === 0) {
    failed.push(...passedOver(paths, answer.errors));
    return;
  }
  if (paths.length === 1 || failed.length >= MAX_SINGLE_FAILURES) {
    failed.push(...paths);
    return;
  }
  const middle = Math.ceil(paths.length / 2);
  await addEach(place, paths.slice(0, middle), failed, signal);
  await addEach(place, paths.slice(middle), failed, signal);
}

/** A name that git keeps out of every index (`.GIT`, `git~1`) is no failure to it: it only says so. */
function passedOver(paths: readonly BytePath[], errors: Buffer): readonly BytePath[] {
  const said = errors.toString("latin1");
  return said.includes("Ignoring path ")
    ? paths.filter((path) => said.includes(`Ignoring path ${path}\n`))
    : [];
}
