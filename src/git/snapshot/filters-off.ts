import type { GitPlace } from "#git/git-place.ts";
import { bytesOf, splitNul, textOf } from "#git/path-bytes.ts";
import { askGit, gitFailed } from "#git/run-git.ts";

/**
 * Returns the place with every filter switched off, so that git can compare contents although a
 * filter fails. Named by environment, for a filter's name may hold an equals sign (git-config(1),
 * GIT_CONFIG_COUNT).
 *
 * @throws GitFault
 */
export async function filtersOff(place: GitPlace, signal: AbortSignal): Promise<GitPlace> {
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
