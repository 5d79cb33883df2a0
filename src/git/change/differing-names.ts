import { isGitFailed } from "#git/fault.ts";
import type { RawEntry } from "#git/raw-entry.ts";
import { emptyTree } from "#git/revision.ts";
import { restoreTree } from "#git/snapshot/whole-tree.ts";
import type { TwoStates } from "./inner-states.ts";
import { compareNames } from "./tree-difference.ts";

/**
 * Returns what differs between the trees of two states, by name. Trees that git has pruned come
 * back from their kept indexes.
 *
 * @throws GitFault
 */
export async function differingNames(states: TwoStates, signal: AbortSignal): Promise<readonly RawEntry[]> {
  const { store, before, after } = states;
  const from = before?.tree ?? (await emptyTree(store, signal));
  const to = after?.tree ?? (await emptyTree(store, signal));
  if (from === to) return [];
  try {
    return await compareNames({ store, from, to }, signal);
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    if (before !== undefined) await restoreTree(store, from, signal);
    if (after !== undefined) await restoreTree(store, to, signal);
    return await compareNames({ store, from, to }, signal);
  }
}
