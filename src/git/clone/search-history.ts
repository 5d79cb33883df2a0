import type { ObjectId } from "#base/ids.ts";
import { farMatches } from "./far-matches.ts";
import { pathParts } from "./folder-at.ts";
import { matchIn } from "./match-in.ts";
import type { OpenClone } from "./open-clone.ts";
import { announcePlaces } from "./places-in-trees.ts";
import type { TreeMatch } from "./tree-match.ts";
import type { Search, WantedTree } from "./wanted-tree.ts";

/**
 * Returns for each of the folders in which commit of the clone it is exactly that, in the same order. HEAD
 * and the claimed commits are asked first; for what is in none of them the history of all refs is looked
 * through, once for all that are looked for. What is in no commit as it is may still be a copy of one
 * (see `WantedTree`), or lie in another folder. What is found was read from objects that hold what they
 * are named after.
 *
 * @throws GitFault `git-timed-out`, `git-missing`.
 */
export async function searchHistory(
  clone: OpenClone,
  { wanted, onProgress = () => undefined }: Search,
  signal: AbortSignal,
): Promise<readonly TreeMatch[]> {
  announcePlaces(
    clone,
    wanted.flatMap(({ path }) => [pathParts(path) ?? []]),
  );
  const near = await Promise.all(wanted.map((one) => nearMatch(clone, one)));
  const far = wanted.filter((_one, index) => near[index] === undefined);
  if (far.length === 0) return near.flatMap((match) => match ?? []);
  const found = [...(await farMatches(clone, { wanted: far, onProgress }, signal))];
  return near.flatMap((match) => match ?? found.shift() ?? []);
}

async function nearMatch(clone: OpenClone, wanted: WantedTree): Promise<TreeMatch | undefined> {
  if (pathParts(wanted.path) === undefined) {
    return { kind: "not-searched", why: "its folder is said to lie outside of the clone" };
  }
  const claims: readonly (ObjectId | null)[] = [clone.head, wanted.claimed];
  for (const commit of claims) {
    const match = commit === null ? undefined : await matchIn(clone, wanted, { commit, times: null });
    if (match !== undefined) return match;
  }
  return undefined;
}
