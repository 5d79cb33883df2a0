import type { GitPlace } from "./git-place.ts";
import { type BytePath, bytesOf, joinNul, splitNul, textOf } from "./path-bytes.ts";
import { askGit, gitFailed, runGit } from "./run-git.ts";

/** After so many files that git cannot add, the rest of a batch that fails is not tried one by one. */
const MAX_SINGLE_FAILURES = 64;

/**
 * Brings the private index to the state of the work tree, `excluded` files and folders left as
 * they are in it. Returns the paths that git could not add: no right to read them, a required
 * filter that fails. Git stops half-way at some of these, or passes over them with a warning, so
 * any complaint leads to a second look at what is still different.
 *
 * @throws GitFault where git cannot even list what is left.
 */
export async function addEverything(
  place: GitPlace,
  excluded: readonly BytePath[],
  signal: AbortSignal,
): Promise<readonly BytePath[]> {
  const answer = await askGit(place, addAllBut(excluded), signal);
  if (answer.exitCode === 0 && answer.errors.length === 0) return [];
  const pending = await listPending(place, excluded, signal);
  const failed: BytePath[] = [];
  await addEach(place, pending, failed, signal);
  return failed;
}

function addAllBut(excluded: readonly BytePath[]) {
  const add = ["add", "--all", "--sparse", "--ignore-errors"];
  if (excluded.length === 0) return { arguments: add };
  const input = joinNul(excluded.map((path) => `:(top,exclude,literal)${path}`));
  return { arguments: [...add, "--pathspec-from-file=-", "--pathspec-file-nul"], input };
}

/** What the private index does not show as the work tree has it, or may not. */
async function listPending(
  place: GitPlace,
  excluded: readonly BytePath[],
  signal: AbortSignal,
): Promise<readonly BytePath[]> {
  const listing = ["ls-files", "-z", "--others", "--modified", "--deleted", "--exclude-standard"];
  const plain = await withoutFilters(place, signal);
  const different = splitNul(await runGit(plain, { arguments: listing }, signal));
  const left = new Set(excluded);
  return [...new Set(different.map((path) => path.replace(/\/$/, "")))].filter((path) => !left.has(path));
}

/**
 * Returns the place with every filter switched off: in doubt `ls-files` compares contents, and it
 * would die of the very filter that made adding fail. Named by environment, for a filter's name
 * may hold an equals sign (git-config(1), GIT_CONFIG_COUNT).
 */
async function withoutFilters(place: GitPlace, signal: AbortSignal): Promise<GitPlace> {
  const command = { arguments: ["config", "-z", "--name-only", "--get-regexp", "^filter\\."] };
  const answer = await askGit(place, command, signal);
  if (answer.exitCode > 1) throw gitFailed(command, answer);
  const filters = new Set(
    splitNul(answer.output).map((name) => textOf(bytesOf(name)).replace(/\.[^.]*$/, "")),
  );
  const off = [...filters].flatMap((filter) => [
    [`${filter}.clean`, ""],
    [`${filter}.process`, ""],
    [`${filter}.required`, "false"],
  ]);
  const variables = off.flatMap(([key = "", value = ""], i): [string, string][] => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ]);
  const count = { GIT_CONFIG_COUNT: String(off.length) };
  return { ...place, environment: { ...place.environment, ...Object.fromEntries(variables), ...count } };
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
