import { isRepository } from "./changed-opaque.ts";
import { LINK_MODE } from "./commit-links.ts";
import { isGitFailed } from "./fault.ts";
import { shownPath } from "./path-bytes.ts";
import type { ObjectStore } from "./repository.ts";
import type { Snapshot } from "./snapshot.ts";
import { editTree, listTree, restoreTree, type TreeEntry } from "./whole-tree.ts";

/**
 * Returns the snapshot with the named paths as the baseline has them: what a signature covers
 * moves on, the rest stays. A renamed file is two paths, and both must be named for it to stay
 * as it was. Where both cannot be had (a file now stands where the baseline has a folder), the
 * baseline's wins, and the rest shows up again in the next change.
 *
 * A path inside a submodule or nested repository keeps all of that repository as the baseline has
 * it, the submodule's commit too: what else changed in it shows up again as well.
 *
 * @throws GitFault
 */
export async function mergeTree(
  store: ObjectStore,
  baseline: Snapshot,
  snapshot: Snapshot,
  keepPaths: readonly string[],
  signal: AbortSignal,
): Promise<Snapshot> {
  if (keepPaths.length === 0) return snapshot;
  const now = await listWhole(store, snapshot, signal);
  const before = await listWhole(store, baseline, signal);
  const repositories = new Set([...repositoriesIn(baseline, before), ...repositoriesIn(snapshot, now)]);
  const kept = new Set(keepPaths.flatMap((path) => [path, ...foldersAround(path, repositories)]));
  const isKept = ({ path }: TreeEntry) => kept.has(shownPath(path));
  const without = now.filter(isKept).map(({ path }) => path);
  const edit = { tree: snapshot.tree, without, entries: before.filter(isKept) };
  const opaque = [
    ...snapshot.opaque.filter((entry) => !kept.has(entry.path)),
    ...baseline.opaque.filter((entry) => kept.has(entry.path)),
  ];
  opaque.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { ...snapshot, tree: await editTree(store, edit, signal), opaque };
}

function repositoriesIn({ opaque }: Snapshot, entries: readonly TreeEntry[]): readonly string[] {
  const links = entries.filter(({ mode }) => mode === LINK_MODE).map(({ path }) => shownPath(path));
  return [...links, ...opaque.filter(isRepository).map(({ path }) => path)];
}

/** Returns those of the folders that the path lies in. */
function foldersAround(path: string, folders: ReadonlySet<string>): readonly string[] {
  const names = path.split("/");
  return names.map((_name, i) => names.slice(0, i).join("/")).filter((folder) => folders.has(folder));
}

async function listWhole(
  store: ObjectStore,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<readonly TreeEntry[]> {
  try {
    return await listTree(store, snapshot.tree, signal);
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    await restoreTree(store, snapshot.tree, signal);
    return await listTree(store, snapshot.tree, signal);
  }
}
