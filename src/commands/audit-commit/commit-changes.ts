import type { FileState, PathChange } from "#audit/signed-paths/file-state.ts";
import type { PatchedPair } from "#audit/signed-paths/judge-paths.ts";
import { patchDigest } from "#audit/signed-paths/patch-digest.ts";
import { errorText } from "#base/fault.ts";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { count } from "#base/text.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import { GITLINK_MODE } from "#git/change/commit-links.ts";
import { compareNames } from "#git/change/tree-difference.ts";
import { isGitFailed } from "#git/fault.ts";
import { type CommitRange, revisions } from "#git/notes/commit-range.ts";
import { committedSteps } from "#git/notes/committed-steps.ts";
import { pairKey, pairPatches } from "#git/notes/pair-patches.ts";
import { shownPath } from "#git/path-bytes.ts";
import type { RawEntry } from "#git/raw-entry.ts";
import { listTree } from "#git/snapshot/whole-tree.ts";

export type Range = Extract<CommitRange, { readonly kind: "range" }>;

/** A branch of more commits is looked at as a whole only. */
const MOST_COMMITS = 2_000;

/**
 * Returns each path that differs between the base and the tip: a renamed file as one gone and one added.
 *
 * @throws GitFault
 */
export async function commitChanges(
  { store }: WatchedTree,
  { base, tip }: Range,
  signal: AbortSignal,
): Promise<readonly PathChange[]> {
  const entries = await compareNames({ store, from: base.tree, to: tip.tree }, signal);
  return entries.map(changeOf);
}

/**
 * Returns what the base holds at these paths.
 *
 * @throws GitFault
 */
export async function statesAt(
  { store }: WatchedTree,
  { base }: Range,
  paths: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FileState>> {
  if (paths.size === 0) return new Map();
  const entries = (await listTree(store, base.tree, signal)).filter(({ path }) => paths.has(shownPath(path)));
  return new Map(
    entries.map(({ mode, object, path }) => [shownPath(path), { mode, blob: parseShape(object, ObjectId) }]),
  );
}

/** `gaps`: why some of them could not be compared; null where all were. */
export type ComparedLines = { readonly pairs: readonly PatchedPair[]; readonly gaps: string | null };

/**
 * Returns, with the digest of their lines, the pairs of contents between which the range leads these
 * paths: as a whole, and commit by commit.
 *
 * @throws GitFault `git-missing`, `git-timed-out`.
 */
export async function comparedLines(
  tree: WatchedTree,
  range: Range,
  changes: readonly PathChange[],
  signal: AbortSignal,
): Promise<ComparedLines> {
  if (changes.length === 0) return { pairs: [], gaps: null };
  try {
    const edits = await editsOf(tree, range, changes, signal);
    const blobs = edits.map((edit) => ({ old: edit.old.blob, new: edit.new.blob }));
    const { patches, missing } = await pairPatches(tree.store, blobs, signal);
    const pairs = edits.flatMap((edit) => {
      const text = patches.get(pairKey({ old: edit.old.blob, new: edit.new.blob }));
      const patch = text === undefined ? undefined : patchDigest(text);
      return patch === undefined ? [] : [{ ...edit, patch }];
    });
    return { pairs, gaps: missing === 0 ? null : `${count(missing, "content")} missing here, or too large` };
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return { pairs: [], gaps: errorText(error) };
  }
}

async function editsOf(
  { repository }: WatchedTree,
  { base, tip }: Range,
  changes: readonly PathChange[],
  signal: AbortSignal,
): Promise<readonly Edit[]> {
  const paths = new Set(changes.map(({ path }) => path));
  const selection = [`--max-count=${MOST_COMMITS}`, tip.commit, `^${base.commit}`];
  const commits = await revisions(repository, selection, signal);
  const steps = (await committedSteps(repository, commits, signal)).map(changeOf);
  return [...changes, ...steps.filter(({ path }) => paths.has(path))].flatMap((change) => {
    const { path, old, new: now } = change;
    if (old === null || now === null || old.blob === now.blob) return [];
    // A submodule's commit is no content that has lines.
    return [old.mode, now.mode].includes(GITLINK_MODE) ? [] : [{ path, old, new: now }];
  });
}

type Edit = Omit<PatchedPair, "patch">;

function changeOf({ path, oldMode, newMode, oldBlob, newBlob }: RawEntry): PathChange {
  return {
    path: shownPath(path),
    old: oldBlob === undefined ? null : { mode: oldMode, blob: oldBlob },
    new: newBlob === undefined ? null : { mode: newMode, blob: newBlob },
  };
}
