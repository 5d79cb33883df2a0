import type { Evidence } from "#gate/attribution/change-evidence.ts";
import type { Stretch } from "#gate/attribution/stretches.ts";
import type { Sides } from "#gate/attribution/take-sides.ts";
import { compareNames, type TreePair } from "#git/change/tree-difference.ts";
import { GitFault } from "#git/fault.ts";
import type { RawEntry } from "#git/raw-entry.ts";
import { restoreTree } from "#git/snapshot/whole-tree.ts";
import type { AttributionInput } from "./attribution-input.ts";
import { readStates } from "./file-states.ts";

/**
 * Returns the files that differ between the baseline and the snapshot.
 *
 * @throws GitFault
 */
export async function changedEntries(
  { tree: { store }, session, snapshot }: AttributionInput,
  signal: AbortSignal,
): Promise<readonly RawEntry[]> {
  const pair = { store, from: session.baseline.tree, to: snapshot.tree };
  return (await namesOf(pair, signal)) ?? (await restored(pair, signal));
}

/**
 * Returns how those files stood, and at the ends of each stretch all that changed in it, or
 * `undefined` where one of the trees is gone.
 *
 * @throws GitFault
 */
export async function readChanges(
  { tree }: AttributionInput,
  known: {
    readonly entries: readonly RawEntry[];
    readonly stretches: readonly Stretch[];
    readonly sides: Sides;
  },
  signal: AbortSignal,
): Promise<Pick<Evidence, "changed" | "stretches"> | undefined> {
  const { entries, sides } = known;
  const stretches: (Stretch & { readonly entries: readonly RawEntry[] })[] = [];
  for (const stretch of known.stretches) {
    const pair = { store: tree.store, from: stretch.from.tree, to: stretch.to.tree };
    const differing = pair.from === pair.to ? [] : await namesOf(pair, signal);
    if (differing === undefined) return undefined;
    stretches.push({ ...stretch, entries: differing });
  }
  const everything = [...entries, ...stretches.flatMap((stretch) => stretch.entries)];
  const statesOf = await readStates(tree, everything, worthReading(stretches, sides), signal);
  return {
    changed: new Map(
      entries.map((entry) => {
        const { before, after } = statesOf(entry);
        return [entry.path, { baseline: before, snapshot: after }];
      }),
    ),
    stretches: stretches.map((stretch) => ({
      ...stretch,
      files: new Map(stretch.entries.map((entry) => [entry.path, statesOf(entry)])),
    })),
  };
}

/** Where some stretch is all of others, everything may matter; else only what somebody is known to have edited. */
function worthReading(
  stretches: readonly (Stretch & { readonly entries: readonly RawEntry[] })[],
  { own, foreign }: Sides,
): ReadonlySet<string> {
  if (stretches.some((stretch) => stretch.foreign && stretch.entries.length > 0)) {
    return new Set(stretches.flatMap(({ entries }) => entries).map(({ path }) => path));
  }
  const records = [own, ...foreign.map(({ work }) => work)].flatMap((work) => work.records);
  return new Set(records.flatMap((record) => (record.kind === "edit" ? [record.path] : [])));
}

async function namesOf(pair: TreePair, signal: AbortSignal): Promise<readonly RawEntry[] | undefined> {
  try {
    return await compareNames(pair, signal);
  } catch (error) {
    if (error instanceof GitFault && error.failure.kind === "git-failed") return undefined;
    throw error;
  }
}

/** Trees that git has pruned come back from the index that was kept of them. */
async function restored(pair: TreePair, signal: AbortSignal): Promise<readonly RawEntry[]> {
  await restoreTree(pair.store, pair.from, signal);
  await restoreTree(pair.store, pair.to, signal);
  return await compareNames(pair, signal);
}
