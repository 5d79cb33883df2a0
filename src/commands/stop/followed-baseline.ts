import { dirname, join } from "node:path";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import { mergeTree } from "#git/change/merge-tree.ts";
import { readChange } from "#git/change/read-change.ts";
import type { Repository } from "#git/repository.ts";
import { emptyTree, mergeBase, type Revision, readRevision } from "#git/revision.ts";
import { fileStatus } from "#git/snapshot/file-status.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import type { Baseline, Session } from "#runs/sessions/session.ts";
import { treesOf } from "#runs/sessions/session-trees.ts";

/** The reflog counts in seconds: what was committed in the second of the start must not pass for older. */
const REFLOG_MS = 1_000;

/**
 * Returns from where the work counts in a tree that the session did not begin in: the commit that
 * was checked out there when the session began (or when the tree was made, if that was later), with
 * what has not been touched since as it is. No file can be older to the system than it was changed:
 * its ctime cannot be set (inode(7)). A folder that is moved keeps the times of what it holds, so no
 * folder around the file may be younger either.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function followedBaseline(
  session: Session,
  { tree, snapshot }: { readonly tree: WatchedTree; readonly snapshot: Snapshot },
  signal: AbortSignal,
): Promise<Baseline> {
  const { repository, store } = tree;
  const since = Date.parse(session.started);
  const before = new Date(since - REFLOG_MS).toISOString();
  const checkedOut =
    (await readRevision(repository, `HEAD@{${before}}`, signal)) ??
    (await leftAt(session, repository, signal)) ??
    (await readRevision(repository, "HEAD", signal));
  const then = checkedOut?.tree ?? (await emptyTree(store, signal));
  const start = { ...snapshot, tree: then, head: checkedOut?.commit ?? null };
  const { files } = await readChange(store, start, snapshot, signal);
  const isTouched = touchedSince(repository.root, since);
  const untouched = files
    .filter(({ path, oldPath }) => ![path, oldPath ?? path].some(isTouched))
    .flatMap(({ path, oldPath }) => (oldPath === undefined ? [path] : [path, oldPath]));
  return {
    root: repository.root,
    store: store.directory,
    snapshot: await mergeTree(store, snapshot, start, untouched, signal),
    takenAt: session.started,
    why: "followed",
  };
}

/**
 * Where no reflog is kept: the commit at which this branch left what another tree of the session was
 * at. What lies between may be older than the session; it may be its work just as well.
 */
async function leftAt(
  session: Session,
  repository: Repository,
  signal: AbortSignal,
): Promise<Revision | undefined> {
  for (const { baseline } of treesOf(session)) {
    const { head } = baseline.snapshot;
    if (head === null || (await readRevision(repository, head, signal)) === undefined) continue;
    const common = await mergeBase(repository, head, signal);
    if (common !== undefined) return await readRevision(repository, common, signal);
  }
  return undefined;
}

/** A file that is gone, or whose name is no text, cannot be asked: it counts as touched. */
function touchedSince(root: string, since: number): (path: string) => boolean {
  const isYoung = (path: string) => {
    const found = fileStatus(Buffer.from(join(root, path)));
    return found.kind !== "present" || found.stats.ctimeMs >= since;
  };
  const folders = new Map([[".", false]]);
  const isInYoung = (path: string): boolean => {
    const folder = dirname(path);
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const found = isYoung(folder) || isInYoung(folder);
    folders.set(folder, found);
    return found;
  };
  return (path) => isYoung(path) || isInYoung(path);
}
