import type { ObjectId } from "#base/ids.ts";
import type { CommitFolder } from "./copied-folder.ts";
import { farMatches } from "./far-matches.ts";
import { pathParts } from "./folder-at.ts";
import type { FolderFile } from "./folder-tree.ts";
import { matchIn } from "./match-in.ts";
import type { OpenClone } from "./open-clone.ts";
import type { TreeMatch } from "./tree-match.ts";

/** A folder's content, and where in the clone it should come from. */
export type WantedTree = {
  /** Relative to the top, with `/`; `""` is the top itself. */
  readonly path: string;
  readonly tree: ObjectId;
  /** The commit that it is said to be of. */
  readonly claimed: ObjectId | null;
  /** Its files, where it is a copy that need not be byte for byte what a commit has: see `isCopyOf`. */
  readonly copy?: Pick<CommitFolder, "ignore" | "links"> & { readonly files: readonly FolderFile[] };
};

export type Search = {
  readonly wanted: readonly WantedTree[];
  /** Called now and then while a history is looked through. */
  readonly onProgress?: (progress: SearchProgress) => void;
};

/** How many commits there are to look at, and how many trees were read so far. */
export type SearchProgress = { readonly commits: number; readonly trees: number };

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
