import { shownPath } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { changedRules } from "#git/snapshot/changed-opaque.ts";
import { TOO_LARGE_BYTES } from "#git/snapshot/opaque-state.ts";
import type { Opaque, Snapshot } from "#git/snapshot/snapshot.ts";
import { objectSizes } from "#git/store/object-sizes.ts";
import type { Change, FileChange } from "./change.ts";
import type { SalvagedEntry } from "./damaged-trees.ts";
import { readDifference } from "./read-difference.ts";

/**
 * Returns all that happened between two snapshots, in submodules and nested repositories too, under
 * their paths from the top. Usually one git process; a second one where there are binary files, a
 * few more where objects are missing, and about a dozen where a repository inside differs.
 *
 * What cannot be shown is listed as opaque: a file that is too large to be compared (16 MiB) or
 * comes after 64 MiB of other patches, and a repository inside of which the files were not
 * recorded or are gone, or in which more than 5,000 files differ. Of a submodule at another
 * commit there is one entry for that, beside those for its files.
 *
 * @throws GitFault
 */
export async function readChange(
  store: ObjectStore,
  baseline: Snapshot,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Change> {
  const { entries, opaque, rules } = await readDifference(
    { store, before: baseline, after: snapshot },
    signal,
  );
  const large = await findLarge(store, entries, signal);
  const unseen = entries.flatMap((entry) => opaqueEntry(entry, large));
  const own = changedRules(baseline.rules, snapshot.rules);
  return {
    files: entries.filter((entry) => opaqueEntry(entry, large).length === 0).map(fileChange),
    opaque: [...opaque, ...unseen],
    rules: [...new Set([...own, ...rules])],
  };
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
