import type { ObjectId } from "#base/ids.ts";
import type { RawEntry } from "#git/raw-entry.ts";
import { editTree, restoreTree } from "#git/snapshot/whole-tree.ts";
import { objectSizes } from "#git/store/object-sizes.ts";
import type { PatchedEntry } from "./patches.ts";
import { compareNames, comparePatches, type TreePair } from "./tree-difference.ts";

/** An entry of which one side's content may be gone. */
export type SalvagedEntry = PatchedEntry & { readonly baselineLost: boolean };

const SUBMODULE = "160000";

/**
 * Compares two trees of which objects are missing: a commit that was amended, expired and pruned
 * takes with it the trees and files that only it had. Trees come back from their kept indexes.
 * A file whose old content is gone is shown whole, as if it were new; one whose new content
 * is not there (a partial clone) cannot be shown.
 *
 * @throws GitFault where neither the objects nor the kept index are left.
 */
export async function compareDamaged(pair: TreePair, signal: AbortSignal): Promise<readonly SalvagedEntry[]> {
  await restoreTree(pair.store, pair.from, signal);
  await restoreTree(pair.store, pair.to, signal);
  const entries = await compareNames(pair, signal);
  const present = await objectSizes(pair.store, blobsOf(entries), signal);
  const gone = (mode: string, blob: ObjectId | undefined) =>
    blob !== undefined && mode !== SUBMODULE && !present.has(blob);
  const lost = entries.filter((entry) => gone(entry.oldMode, entry.oldBlob));
  const unseen = entries.filter((entry) => gone(entry.newMode, entry.newBlob));
  if (lost.length + unseen.length === 0) return (await comparePatches(pair, true, signal)).map(undamaged);
  const shown = await compareWithout(pair, lost, unseen, signal);
  const patches = new Map(shown.map((entry) => [entry.path, entry]));
  const missing = new Set(unseen);
  const old = new Set(lost);
  return entries.map((entry) => {
    const { content, patch } = missing.has(entry) ? UNSEEN : (patches.get(entry.path) ?? NOTHING_LEFT);
    return { ...entry, content, patch, baselineLost: old.has(entry) };
  });
}

const UNSEEN = { content: "missing", patch: "" } as const;
/** The old content is gone, and there is no new content. */
const NOTHING_LEFT = { content: "text", patch: "" } as const;

async function compareWithout(
  pair: TreePair,
  lost: readonly RawEntry[],
  unseen: readonly RawEntry[],
  signal: AbortSignal,
): Promise<readonly PatchedEntry[]> {
  const { store } = pair;
  const hidden = unseen.map((entry) => entry.path);
  const old = { tree: pair.from, without: [...lost.map((entry) => entry.path), ...hidden], entries: [] };
  const from = await editTree(store, old, signal);
  const to = await editTree(store, { tree: pair.to, without: hidden, entries: [] }, signal);
  return await comparePatches({ store, from, to }, false, signal);
}

function blobsOf(entries: readonly RawEntry[]): readonly ObjectId[] {
  const blobs = entries.flatMap((entry) => [
    entry.oldMode === SUBMODULE ? undefined : entry.oldBlob,
    entry.newMode === SUBMODULE ? undefined : entry.newBlob,
  ]);
  return [...new Set(blobs.filter((blob) => blob !== undefined))];
}

function undamaged(entry: PatchedEntry): SalvagedEntry {
  return { ...entry, baselineLost: false };
}
