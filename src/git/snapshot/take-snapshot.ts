import { existsSync } from "node:fs";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { type GitPlace, workTree } from "#git/git-place.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import { askGit, gitFailed, runGit } from "#git/run-git.ts";
import { writeTree } from "#git/store/write-tree.ts";
import { addEverything, forget } from "./add-everything.ts";
import { clearHidingBits } from "./hidden-entries.ts";
import { hidingRules, isSparse, readHidingSettings } from "./hiding-rules.ts";
import { type ListedFiles, listIndex } from "./listed-files.ts";
import { lookAtWorkTree } from "./look-at-work-tree.ts";
import type { SnapshotOf } from "./nested-state.ts";
import { findOpaque, opaqueByTime } from "./opaque-paths.ts";
import { keepIndex, makeWhole, withIndexOf } from "./private-index.ts";
import type { Snapshot } from "./snapshot.ts";
import { withoutDoubt } from "./update-index.ts";

/** Repositories inside repositories inside repositories: deeper ones are watched by file times. */
const NESTING_DEPTH = 4;

/**
 * Returns the work tree as it stands, untracked files included. Nothing in the user's `.git`
 * changes: the index is a private copy, new objects go to the store. The index for the returned
 * tree is kept in the store, so that the snapshot can be compared even after git has pruned
 * the user's objects.
 *
 * @throws GitFault
 */
export async function takeSnapshot(
  repository: Repository,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<Snapshot> {
  return await snapshotAt({ repository, store, depth: NESTING_DEPTH }, signal);
}

type Level = Parameters<SnapshotOf>[0];

async function snapshotAt(level: Level, signal: AbortSignal): Promise<Snapshot> {
  const { repository, store } = level;
  return await withIndexOf(repository, store, async (index) => {
    const place = workTree(repository, store, index);
    const [files, settings, head] = await Promise.all([
      listFiles(place, signal),
      readHidingSettings(place, signal),
      readHead(place, signal),
    ]);
    await makeWhole(place, files.skipWorktree.length > 0, signal);
    const state = await uncover(place, files, isSparse(settings), signal);
    const rules = hidingRules(repository, settings, state.ignored);
    const { tree, opaque } = await buildTree({ ...level, rules }, place, state, signal);
    if (!existsSync(index)) await runGit(place, { arguments: ["read-tree", "--empty"] }, signal);
    keepIndex(store, index, tree);
    return { tree, head, opaque, rules };
  });
}

/** The index is listed while git looks at the work tree: that look counts only where no bit kept git from seeing. */
async function listFiles(place: GitPlace, signal: AbortSignal): Promise<ListedFiles> {
  const [index, state] = await Promise.all([listIndex(place, signal), lookAtWorkTree(place, signal)]);
  return { ...index, ...state };
}

async function uncover(
  place: GitPlace,
  files: ListedFiles,
  sparse: boolean,
  signal: AbortSignal,
): Promise<ListedFiles> {
  const hid = await clearHidingBits(place, files, sparse, signal);
  return hid ? { ...files, ...(await lookAtWorkTree(place, signal)) } : files;
}

/** Brings the private index to the state of the work tree. */
async function buildTree(
  level: Level & Pick<Snapshot, "rules">,
  place: GitPlace,
  files: ListedFiles,
  signal: AbortSignal,
): Promise<Pick<Snapshot, "tree" | "opaque">> {
  const known = await findOpaque({ ...level, snapshotOf: snapshotAt }, files, signal);
  const failed = await addEverything(place, files, known.excluded, signal);
  const left = [...known.excluded, ...failed].filter((path) => files.unmerged.has(path));
  await forget(place, left, signal);
  const tree = await withoutDoubt(place, () => writeTree(place, signal));
  const opaque = [...known.opaque, ...(await opaqueByTime(level.repository, "not-addable", failed, signal))];
  opaque.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { tree, opaque };
}

async function readHead(place: GitPlace, signal: AbortSignal): Promise<ObjectId | null> {
  const command = { arguments: ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"] };
  const answer = await askGit(place, command, signal);
  if (answer.exitCode > 1) throw gitFailed(command, answer);
  return answer.exitCode === 1 ? null : parseShape(answer.output.toString("latin1").trim(), ObjectId);
}
