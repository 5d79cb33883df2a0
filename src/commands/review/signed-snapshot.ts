import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import type { Coverage } from "#gate/scope/coverage.ts";
import { partlySigned } from "#gate/scope/partly-signed.ts";
import type { FileChange } from "#git/change/change.ts";
import { mergeTree } from "#git/change/merge-tree.ts";
import { readTexts } from "#git/change/read-texts.ts";
import { bytePathOf } from "#git/path-bytes.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { editTree } from "#git/snapshot/whole-tree.ts";
import { writeBlobs } from "#git/store/write-blobs.ts";

/** A file that was shown in part, with the leading part of its patch, as it is. */
export type ShownPart = { readonly change: FileChange; readonly plain: string };

/** What a signature covers: the paths of a coverage, and of those in part the lines that were shown. */
export type Signed = { readonly coverage: Coverage; readonly parts: readonly ShownPart[] };

/**
 * Returns the state that a signature stands for: the snapshot, but for what was not shown, which
 * stays as the baseline has it. A file that was shown in part moves on by the lines that were
 * shown, so that the next change holds the rest of it. The commit stays the baseline's: it may have to
 * stand in for the tree, and a later one can hold what nobody has signed.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function signedSnapshot(
  { store }: WatchedTree,
  between: { readonly baseline: Snapshot; readonly snapshot: Snapshot },
  { coverage, parts }: Signed,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { baseline, snapshot } = between;
  const due = [...coverage.partly, ...coverage.notCovered].flatMap(({ path, oldPath }) =>
    oldPath === null ? [path] : [path, oldPath],
  );
  const merged = await mergeTree(store, baseline, snapshot, due, signal);
  const inner = [...baseline.opaque, ...snapshot.opaque].map(({ path }) => `${path}/`);
  const outer = parts.filter(({ change }) => !inner.some((folder) => change.path.startsWith(folder)));
  return { ...(await withParts(store, merged, outer, signal)), head: baseline.head };
}

async function withParts(
  store: WatchedTree["store"],
  snapshot: Snapshot,
  parts: readonly ShownPart[],
  signal: AbortSignal,
): Promise<Snapshot> {
  const blobs = parts.flatMap(({ change }) => change.oldBlob ?? []);
  const old = await readTexts(store, blobs, signal);
  const files = parts.flatMap(({ change, plain }) => {
    const before = change.oldBlob === undefined ? "" : old.get(change.oldBlob);
    const text = before === undefined ? undefined : partlySigned(change, before, plain);
    return text === undefined || change.path.includes("\\x") ? [] : [{ change, text }];
  });
  if (files.length === 0) return snapshot;
  const written = await writeBlobs(
    store,
    files.map(({ text }) => text),
    signal,
  );
  const entries = files.flatMap(({ change }, index) => {
    const object = written[index];
    const mode = change.kind === "added" ? change.newMode : change.oldMode;
    return object === undefined ? [] : [{ mode, object, path: bytePathOf(change.path) }];
  });
  return { ...snapshot, tree: await editTree(store, { tree: snapshot.tree, without: [], entries }, signal) };
}
