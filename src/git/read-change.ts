import type { Change, FileChange } from "./change.ts";
import { compareDamaged, type SalvagedEntry } from "./damaged-trees.ts";
import { GitFault } from "./fault.ts";
import { objectSizes } from "./object-sizes.ts";
import { TOO_LARGE_BYTES } from "./opaque-state.ts";
import { shownPath } from "./path-bytes.ts";
import type { ObjectStore } from "./repository.ts";
import type { Opaque, Snapshot } from "./snapshot.ts";
import { comparePatches, type TreePair } from "./tree-difference.ts";

/**
 * Returns all that happened between two snapshots. Usually one git process; a second one where
 * there are binary files, a few more where objects are missing. A file that is too large to be
 * compared (16 MiB), or that comes after 64 MiB of other patches, is listed as opaque.
 *
 * @throws GitFault
 */
export async function readChange(
  store: ObjectStore,
  baseline: Snapshot,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Change> {
  const pair = { store, from: baseline.tree, to: snapshot.tree };
  const entries = pair.from === pair.to ? [] : await compare(pair, signal);
  const large = await findLarge(store, entries, signal);
  const unseen = entries.flatMap((entry) => opaqueEntry(entry, large));
  return {
    files: entries.filter((entry) => opaqueEntry(entry, large).length === 0).map(fileChange),
    opaque: [...changedOpaque(baseline.opaque, snapshot.opaque), ...unseen],
    rules: changedRules(baseline.rules, snapshot.rules),
  };
}

async function compare(pair: TreePair, signal: AbortSignal): Promise<readonly SalvagedEntry[]> {
  try {
    const entries = await comparePatches(pair, true, signal);
    return entries.map((entry) => ({ ...entry, baselineLost: false }));
  } catch (error) {
    if (!(error instanceof GitFault) || error.failure.kind !== "git-failed") throw error;
    return await compareDamaged(pair, signal);
  }
}

/** Git calls a text of that size binary; its size tells which of the two it is. */
async function findLarge(
  store: ObjectStore,
  entries: readonly SalvagedEntry[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const binary = entries.filter((entry) => entry.content === "binary");
  const blobs = binary
    .flatMap((entry) => [entry.oldBlob, entry.newBlob])
    .filter((blob) => blob !== undefined);
  const sizes = await objectSizes(store, [...new Set(blobs)], signal);
  return new Set([...sizes].filter(([, size]) => size >= TOO_LARGE_BYTES).map(([blob]) => blob));
}

/** Returns the entry as opaque where its content cannot be shown. */
function opaqueEntry(entry: SalvagedEntry, large: ReadonlySet<string>): readonly Opaque[] {
  const path = shownPath(entry.path);
  const state = entry.newBlob ?? "gone";
  switch (entry.content) {
    case "text":
      return [];
    case "binary":
      return [entry.oldBlob, entry.newBlob].some((blob) => blob !== undefined && large.has(blob))
        ? [{ path, kind: "giant", state }]
        : [];
    case "too-much":
      return [{ path, kind: "giant", state }];
    case "missing":
      return [{ path, kind: "not-addable", state }];
  }
}

function fileChange(entry: SalvagedEntry): FileChange {
  return {
    kind: entry.kind,
    path: shownPath(entry.path),
    oldPath: entry.oldPath === undefined ? undefined : shownPath(entry.oldPath),
    oldMode: entry.oldMode,
    newMode: entry.newMode,
    oldBlob: entry.oldBlob,
    newBlob: entry.newBlob,
    binary: entry.content === "binary",
    baselineLost: entry.baselineLost,
    patch: entry.patch,
  };
}

/** What appeared or differs, as it is now; what went, as it was. */
function changedOpaque(before: readonly Opaque[], after: readonly Opaque[]): readonly Opaque[] {
  const name = (entry: Opaque) => `${entry.kind} ${entry.path}`;
  const states = new Map(before.map((entry) => [name(entry), entry.state]));
  const present = new Set(after.map(name));
  return [
    ...after.filter((entry) => states.get(name(entry)) !== entry.state),
    ...before.filter((entry) => !present.has(name(entry))),
  ];
}

function changedRules(before: Snapshot["rules"], after: Snapshot["rules"]): Change["rules"] {
  const names = ["excludes", "attributes", "filters"] as const;
  return names.filter((name) => before[name] !== after[name]);
}
