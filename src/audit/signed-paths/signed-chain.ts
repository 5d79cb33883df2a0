import { type FileState, isSameState, stateKey } from "./file-state.ts";
import type { SignedStep } from "./signed-step.ts";

/** What is signed, by path, and what the base of the comparison holds. */
export type SignedWorld = {
  readonly steps: ReadonlyMap<string, readonly SignedStep[]>;
  /** A path that it does not name has no file in the base. */
  readonly base: ReadonlyMap<string, FileState>;
};

type Road = { readonly at: FileState; readonly chain: readonly SignedStep[] };

/**
 * Returns the shortest chain of signed steps that leads a path from one state to the other, or
 * `undefined` where there is none. A renamed file was shown by its differences only, so such a step
 * counts only where the content that it comes from stands in the base, or is led to by signed steps.
 */
export function signedChain(world: SignedWorld, goal: Goal): readonly SignedStep[] | undefined {
  return search(world, goal, new Map());
}

/** A path, where it begins, and where it is to arrive. */
type Goal = { readonly path: string; readonly from: FileState; readonly to: FileState };

/** What was looked for already. What is under way counts as not found, so that no circle proves itself. */
type Found = Map<string, readonly SignedStep[] | undefined>;

/** Renames that lean on each other, as many as nobody makes: notes could hold any number of them. */
const MOST_SEARCHES = 500;

function search(world: SignedWorld, goal: Goal, found: Found): readonly SignedStep[] | undefined {
  const key = JSON.stringify([goal.path, stateKey(goal.to)]);
  if (found.has(key) || found.size >= MOST_SEARCHES) return found.get(key);
  found.set(key, undefined);
  const chain = widening(world, goal, found);
  found.set(key, chain);
  return chain;
}

/** All that one step leads to, then all that two lead to, and so on. */
function widening(world: SignedWorld, goal: Goal, found: Found): readonly SignedStep[] | undefined {
  const seen = new Set([stateKey(goal.from)]);
  let roads: readonly Road[] = [{ at: goal.from, chain: [] }];
  while (roads.length > 0) {
    const arrived = roads.find(({ at }) => isSameState(at, goal.to));
    if (arrived !== undefined) return arrived.chain;
    roads = roads.flatMap((road) => onward(world, goal.path, road, { seen, found }));
  }
  return undefined;
}

type Memory = { readonly seen: Set<string>; readonly found: Found };

function onward(
  world: SignedWorld,
  path: string,
  { at, chain }: Road,
  { seen, found }: Memory,
): readonly Road[] {
  const steps = (world.steps.get(path) ?? []).filter(({ from }) => isSameState(from, at));
  return steps.flatMap((step): readonly Road[] => {
    if (seen.has(stateKey(step.to))) return [];
    const origin = originOf(world, step, found);
    if (origin === undefined) return [];
    seen.add(stateKey(step.to));
    return [{ at: step.to, chain: [...chain, ...origin, step] }];
  });
}

/** The steps that lead to where the content of a renamed file comes from: none where the base has it. */
function originOf(
  world: SignedWorld,
  { source }: SignedStep,
  found: Found,
): readonly SignedStep[] | undefined {
  if (source === undefined) return [];
  const from = world.base.get(source.path) ?? null;
  return search(world, { path: source.path, from, to: source.state }, found);
}
