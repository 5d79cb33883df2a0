import type { ObjectId } from "#base/ids.ts";
import type { OpenClone } from "./open-clone.ts";
import { type CommitWalk, walkCommits } from "./walk-commits.ts";

/** Which commit comes from which. Commits go by their place in the walk. */
export type Ancestry = {
  readonly commits: CommitWalk["commits"];
  readonly places: ReadonlyMap<string, number>;
  /** `undefined` stands for one that the clone does not have. */
  readonly parents: readonly (readonly (number | undefined)[])[];
};

const walks = new WeakMap<OpenClone, Promise<CommitWalk>>();
const ancestries = new WeakMap<OpenClone, Map<string, Promise<Ancestry>>>();

/**
 * Returns the history of all refs of a clone. It is gone through once, whoever asks first.
 *
 * @throws GitFault as `walkCommits`.
 */
export function walkOnce(clone: OpenClone, signal: AbortSignal): Promise<CommitWalk> {
  const walk = walks.get(clone) ?? walkCommits(clone, [], signal);
  walks.set(clone, walk);
  return walk;
}

/**
 * Returns how the commits of a clone descend from each other. Commits that no ref leads to, as are left
 * where a branch was moved, are asked for by `needed`.
 *
 * @throws GitFault as `walkCommits`.
 */
export async function ancestryOf(
  clone: OpenClone,
  needed: readonly ObjectId[],
  signal: AbortSignal,
): Promise<Ancestry> {
  const known = ancestries.get(clone) ?? new Map<string, Promise<Ancestry>>();
  ancestries.set(clone, known);
  const remembered = (name: string, walk: () => Promise<CommitWalk>): Promise<Ancestry> => {
    const ancestry = known.get(name) ?? walk().then(ancestryIn);
    known.set(name, ancestry);
    return ancestry;
  };
  const common = await remembered("", () => walkOnce(clone, signal));
  const others = needed.filter((commit) => !common.places.has(commit)).sort();
  if (others.length === 0) return common;
  return await remembered(others.join(" "), () => walkCommits(clone, others, signal));
}

/** Marks a commit and all that it comes from, each with 1; nothing where one of them is not here. */
export function reachedFrom({ parents }: Ancestry, start: number): Uint8Array | undefined {
  const reached = new Uint8Array(parents.length);
  const left = [start];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (reached[at] === 1) continue;
    reached[at] = 1;
    for (const parent of parents[at] ?? []) {
      if (parent === undefined) return undefined;
      left.push(parent);
    }
  }
  return reached;
}

function ancestryIn({ commits }: CommitWalk): Ancestry {
  const places = new Map(commits.map(({ commit }, place) => [commit, place]));
  return { commits, places, parents: commits.map(({ parents }) => parents.map((one) => places.get(one))) };
}
