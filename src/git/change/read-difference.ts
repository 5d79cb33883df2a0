import { isGitFailed } from "#git/fault.ts";
import type { ObjectStore } from "#git/repository.ts";
import { changedOpaque, isRepository } from "#git/snapshot/changed-opaque.ts";
import type { Opaque, Snapshot } from "#git/snapshot/snapshot.ts";
import type { Change } from "./change.ts";
import { compareDamaged, type SalvagedEntry } from "./damaged-trees.ts";
import { isLink } from "./inner-states.ts";
import { openNested, unseenLinks } from "./open-nested.ts";
import { comparePatches, type TreePair } from "./tree-difference.ts";

/** What differs between two snapshots, file by file. */
export type Difference = {
  readonly entries: readonly SalvagedEntry[];
  /** What changed and has no files in the compared trees. */
  readonly opaque: readonly Opaque[];
  /** The hiding rules that differ in a repository inside. */
  readonly rules: Change["rules"];
};

type TwoSnapshots = { readonly store: ObjectStore; readonly before: Snapshot; readonly after: Snapshot };

/**
 * Returns the differences of two snapshots, those in repositories inside where their files can be
 * had. Where opening them fails, they are opaque as a whole, and everything else is still there.
 *
 * @throws GitFault
 */
export async function readDifference(pair: TwoSnapshots, signal: AbortSignal): Promise<Difference> {
  if (changedOpaque(pair.before.opaque, pair.after.opaque).some(isRepository)) {
    return (await readOpened(pair, signal)) ?? (await readClosed(pair, signal));
  }
  const closed = await readClosed(pair, signal);
  return closed.entries.some(isLink) ? ((await readOpened(pair, signal)) ?? closed) : closed;
}

async function readClosed({ store, before, after }: TwoSnapshots, signal: AbortSignal): Promise<Difference> {
  const entries = await compare({ store, from: before.tree, to: after.tree }, signal);
  const opaque = changedOpaque(before.opaque, after.opaque);
  return { entries, opaque: [...opaque, ...unseenLinks(entries, opaque)], rules: [] };
}

/** Returns `undefined` where an object is missing that no kept index brings back. */
async function readOpened(pair: TwoSnapshots, signal: AbortSignal): Promise<Difference | undefined> {
  try {
    const { from, to, links, opaque, rules } = await openNested(pair, signal);
    const entries = await compare({ store: pair.store, from, to }, signal);
    const named = links.map((link) => ({ ...link, baselineLost: false }));
    return { entries: named.length === 0 ? entries : byPath([...named, ...entries]), opaque, rules };
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return undefined;
  }
}

async function compare(pair: TreePair, signal: AbortSignal): Promise<readonly SalvagedEntry[]> {
  if (pair.from === pair.to) return [];
  try {
    const entries = await comparePatches(pair, true, signal);
    return entries.map((entry) => ({ ...entry, baselineLost: false }));
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return await compareDamaged(pair, signal);
  }
}

function byPath(entries: readonly SalvagedEntry[]): readonly SalvagedEntry[] {
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
