import { ObjectId } from "#base/ids.ts";
import { walkOnce } from "./ancestry.ts";
import { pathParts } from "./folder-at.ts";
import { type LookedAt, lookForTrees, rootsWith } from "./look-for-trees.ts";
import { looseMatch } from "./loose-match.ts";
import { type Candidate, matchIn } from "./match-in.ts";
import type { OpenClone } from "./open-clone.ts";
import type { TreeMatch } from "./tree-match.ts";
import type { CommitWalk, WalkedCommit } from "./walk-commits.ts";
import { placeAt, wantedPlaces } from "./wanted-places.ts";
import type { Search } from "./wanted-tree.ts";

/** So many versions of a folder are compared file by file, the newest first. */
const MAX_EXAMPLES = 50;
const NOWHERE: LookedAt = { trees: new Map(), above: undefined };

/**
 * Looks for folders through the history of all refs, and then for what they may be a copy of.
 *
 * @throws GitFault
 */
export async function farMatches(
  clone: OpenClone,
  { wanted, onProgress }: Required<Search>,
  signal: AbortSignal,
): Promise<readonly TreeMatch[]> {
  const walk = await walkOnce(clone, signal);
  const commits = walk.commits.length;
  const top = wantedPlaces(wanted.map(({ path, tree }) => ({ parts: pathParts(path) ?? [], tree })));
  const roots = [...new Set(walk.commits.map(({ tree }) => tree))].map((tree) => ObjectId.parse(tree));
  const onRead = (trees: number) => onProgress({ commits, trees });
  const { places, unread } = await lookForTrees(clone, { top, roots, onRead });
  const whole = walk.whole && unread === 0;
  const matches: TreeMatch[] = [];
  for (const one of wanted) {
    const place = placeAt(top, pathParts(one.path) ?? []);
    const looked = (place === undefined ? undefined : places.get(place)) ?? NOWHERE;
    const candidate = newestWith(walk, looked, one.tree);
    const found =
      (candidate === undefined ? undefined : await matchIn(clone, one, candidate)) ??
      (await looseMatch(clone, one, examples(walk, looked), signal));
    // Where git names a commit that then does not have it, something is wrong with the objects.
    const isSure = whole && candidate === undefined && found === undefined;
    const missed = found === undefined || found === "undecided";
    matches.push(missed ? { kind: "not-found", whole: isSure, commits } : found);
  }
  return matches;
}

/** Returns the newest commit with the tree, and how often the folder became that. */
function newestWith({ commits }: CommitWalk, looked: LookedAt, tree: ObjectId): Candidate | undefined {
  if (!looked.trees.has(tree)) return undefined;
  const roots: ReadonlySet<string> = rootsWith(looked, tree);
  const holding = commits.filter((one) => roots.has(one.tree));
  const [newest] = holding;
  if (newest === undefined) return undefined;
  const names = new Set<string>(holding.map(({ commit }) => commit));
  const became = ({ parents }: WalkedCommit) => !parents.some((parent) => names.has(parent));
  return { commit: ObjectId.parse(newest.commit), times: holding.filter(became).length };
}

/** Returns a commit for each of the trees that stood in the place last. */
function* examples({ commits }: CommitWalk, looked: LookedAt): Generator<ObjectId> {
  const trees = [...looked.trees.keys()].slice(0, MAX_EXAMPLES);
  for (const tree of trees) {
    const roots: ReadonlySet<string> = rootsWith(looked, tree);
    const example = commits.find((one) => roots.has(one.tree));
    if (example !== undefined) yield ObjectId.parse(example.commit);
  }
}
