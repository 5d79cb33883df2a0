import { ObjectId } from "#base/ids.ts";
import { walkOnce } from "./ancestry.ts";
import { pathParts } from "./folder-at.ts";
import { looseMatch } from "./loose-match.ts";
import { type Candidate, matchIn } from "./match-in.ts";
import type { OpenClone } from "./open-clone.ts";
import { type Standing, standingAt, UNREAD } from "./places-in-trees.ts";
import type { TreeMatch } from "./tree-match.ts";
import type { CommitWalk, WalkedCommit } from "./walk-commits.ts";
import type { Search } from "./wanted-tree.ts";

/** So many versions of a folder are compared file by file, the newest first. */
const MAX_EXAMPLES = 50;

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
  const roots = walk.commits.map(({ tree }) => tree);
  let trees = 0;
  const onRead = (more: number) => {
    trees += more;
    onProgress({ commits, trees });
  };
  const matches: TreeMatch[] = [];
  for (const one of wanted) {
    const standing = await standingAt(clone, { roots, parts: pathParts(one.path) ?? [] }, onRead);
    const candidate = newestWith(walk, standing, one.tree);
    const found =
      (candidate === undefined ? undefined : await matchIn(clone, one, candidate)) ??
      (await looseMatch(clone, one, examples(walk, standing), signal));
    const whole = walk.whole && !standing.numbers.includes(UNREAD);
    // Where git names a commit that then does not have it, something is wrong with the objects.
    const isSure = whole && candidate === undefined && found === undefined;
    const missed =
      found === "undecided" ? UNDECIDED : ({ kind: "not-found", whole: isSure, commits } as const);
    matches.push(typeof found === "object" ? found : missed);
  }
  return matches;
}

const UNDECIDED: TreeMatch = {
  kind: "not-searched",
  why: "what is not here of its history, larger files or a submodule, could explain them",
  undecided: true,
};

/** Returns the newest commit with the tree, and how often the folder became that. */
function newestWith({ commits }: CommitWalk, standing: Standing, tree: ObjectId): Candidate | undefined {
  const number = standing.numberOf(tree);
  const holding = commits.filter((_one, place) => standing.numbers[place] === number);
  const [newest] = holding;
  if (number === undefined || newest === undefined) return undefined;
  const names = new Set<string>(holding.map(({ commit }) => commit));
  const became = ({ parents }: WalkedCommit) => !parents.some((parent) => names.has(parent));
  return { commit: ObjectId.parse(newest.commit), times: holding.filter(became).length };
}

/** Returns a commit for each of the trees that stood in the place last. */
function* examples({ commits }: CommitWalk, { numbers, isFolder }: Standing): Generator<ObjectId> {
  const seen = new Set<number>();
  for (const [place, { commit }] of commits.entries()) {
    const number = numbers[place] ?? UNREAD;
    if (!isFolder(number) || seen.has(number)) continue;
    if (seen.add(number).size > MAX_EXAMPLES) return;
    yield ObjectId.parse(commit);
  }
}
