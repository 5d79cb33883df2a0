import type { ObjectId } from "#base/ids.ts";
import { folderAt, pathParts } from "./folder-at.ts";
import { type LookedAt, lookForTrees, rootsWith } from "./look-for-trees.ts";
import type { OpenClone } from "./open-clone.ts";
import type { TreeMatch } from "./tree-match.ts";
import { type CommitWalk, type WalkedCommit, walkCommits } from "./walk-commits.ts";
import { placeAt, wantedPlaces } from "./wanted-places.ts";

/** A folder's content, and where in the clone it should come from. */
export type WantedTree = {
  /** Relative to the top, with `/`; `""` is the top itself. */
  readonly path: string;
  readonly tree: ObjectId;
  /** The commit that it is said to be of. */
  readonly claimed: ObjectId | null;
};

export type Search = {
  readonly wanted: readonly WantedTree[];
  /** Called now and then while a history is looked through. */
  readonly onProgress?: (progress: SearchProgress) => void;
};

export type SearchProgress = { readonly commits: number; readonly trees: number };

/**
 * Returns for each of the trees in which commit of the clone its folder is exactly that, in the same
 * order. HEAD and the claimed commits are asked first; for what is in none of them the history of all refs
 * is looked through, once for all that are looked for. What is found was read from objects that hold what
 * they are named after.
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
  const found = new Map((await farMatches(clone, { wanted: far, onProgress }, signal)).entries());
  let next = 0;
  return wanted.flatMap((_one, index) => near[index] ?? found.get(next++) ?? []);
}

async function nearMatch(clone: OpenClone, wanted: WantedTree): Promise<TreeMatch | undefined> {
  if (pathParts(wanted.path) === undefined) {
    return { kind: "not-searched", why: "its folder is said to lie outside of the clone" };
  }
  for (const commit of [clone.head, wanted.claimed]) {
    const match = commit === null ? undefined : await matchIn(clone, wanted, { commit, times: null });
    if (match !== undefined) return match;
  }
  return undefined;
}

type Candidate = { readonly commit: ObjectId; readonly times: number | null };

async function matchIn(
  clone: OpenClone,
  { path, tree }: WantedTree,
  { commit, times }: Candidate,
): Promise<TreeMatch | undefined> {
  const folder = await folderAt(clone, { commit, path });
  if (folder.kind !== "folder" || folder.tree !== tree) return undefined;
  const isHead = commit === clone.head;
  const { committedAt } = folder;
  return { kind: "found", commit, committedAt, isHead, path, times, filtered: false };
}

async function farMatches(
  clone: OpenClone,
  { wanted, onProgress }: Required<Search>,
  signal: AbortSignal,
): Promise<readonly TreeMatch[]> {
  const walk = await walkCommits(clone, signal);
  const commits = walk.commits.length;
  const placed = wanted.map(({ path, tree }) => ({ parts: pathParts(path) ?? [], tree }));
  const top = wantedPlaces(placed);
  const roots = [...new Set(walk.commits.map(({ tree }) => tree))];
  const onRead = (trees: number) => onProgress({ commits, trees });
  const { places, unread } = await lookForTrees(clone, { top, roots, onRead });
  const missed: TreeMatch = { kind: "not-found", whole: walk.whole && unread === 0, commits };
  const matches = wanted.map(async (one): Promise<TreeMatch> => {
    const place = placeAt(top, pathParts(one.path) ?? []);
    const looked = place === undefined ? undefined : places.get(place);
    const candidate = looked === undefined ? undefined : newestWith(walk, looked, one.tree);
    if (candidate === undefined) return missed;
    // A commit was taken at git's word until here.
    return (await matchIn(clone, one, candidate)) ?? { ...missed, whole: false };
  });
  return await Promise.all(matches);
}

/** Returns the newest commit with the tree, and how often the folder became that. */
function newestWith({ commits }: CommitWalk, looked: LookedAt, tree: ObjectId): Candidate | undefined {
  if (!looked.trees.has(tree)) return undefined;
  const roots = rootsWith(looked, tree);
  const holding = commits.filter((one) => roots.has(one.tree));
  const [newest] = holding;
  if (newest === undefined) return undefined;
  const names = new Set<string>(holding.map(({ commit }) => commit));
  const became = ({ parents }: WalkedCommit) => !parents.some((parent) => names.has(parent));
  return { commit: newest.commit, times: holding.filter(became).length };
}
