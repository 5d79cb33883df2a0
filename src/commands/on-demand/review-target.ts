import { oneLine } from "#base/text.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import { emptyTree, mergeBase, type Revision, readRevision } from "#git/revision.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";

/** The two states between which a person wants the change reviewed. */
export type ReviewTarget = {
  /** What it is, in words: `uncommitted work`. */
  readonly what: string;
  readonly baseline: Snapshot;
  readonly snapshot: Snapshot;
  /** What stands in for a baseline whose tree is gone. */
  readonly countedFrom?: Snapshot["head"];
};

/**
 * Returns what the options name: the uncommitted work, the work since the branch left another one
 * (uncommitted work included), or one commit.
 *
 * @throws UsageFault where a revision names nothing, GitFault, or `signal`'s reason.
 */
export async function reviewTarget(
  call: Call,
  tree: WatchedTree,
  signal: AbortSignal,
): Promise<ReviewTarget> {
  const commit = call.texts.get("commit");
  if (commit !== undefined) return await oneCommit(tree, commit, signal);
  const base = call.texts.get("base");
  const from = base === undefined ? await head(tree, signal) : await leftAt(tree, base, signal);
  const snapshot = await takeSnapshot(tree.repository, tree.store, signal);
  return {
    what: base === undefined ? "the uncommitted work" : `the work since ${oneLine(base)}`,
    baseline: asIt({ ...snapshot, head: from.commit }, from.tree),
    snapshot,
  };
}

type Start = { readonly commit: Snapshot["head"]; readonly tree: Snapshot["tree"] };

async function head(tree: WatchedTree, signal: AbortSignal): Promise<Start> {
  const named = await readRevision(tree.repository, "HEAD", signal);
  return named ?? { commit: null, tree: await emptyTree(tree.store, signal) };
}

async function leftAt(tree: WatchedTree, base: string, signal: AbortSignal): Promise<Start> {
  const named = await known(tree, base, signal);
  const common = await mergeBase(tree.repository, named.commit, signal);
  if (common !== undefined) return await known(tree, common, signal);
  throw usage(`HEAD and "${oneLine(base)}" have no common history; in a shallow clone, fetch more of it`);
}

async function oneCommit(tree: WatchedTree, revision: string, signal: AbortSignal): Promise<ReviewTarget> {
  const named = await known(tree, revision, signal);
  const parent = await readRevision(tree.repository, `${named.commit}^`, signal);
  const empty = { head: null, opaque: [], rules: { excludes: "", attributes: "", filters: "" } };
  return {
    what: `commit ${named.commit.slice(0, 12)}`,
    baseline: {
      ...empty,
      head: parent?.commit ?? null,
      tree: parent?.tree ?? (await emptyTree(tree.store, signal)),
    },
    snapshot: { ...empty, head: named.commit, tree: named.tree },
  };
}

async function known(tree: WatchedTree, revision: string, signal: AbortSignal): Promise<Revision> {
  const named = await readRevision(tree.repository, revision, signal);
  if (named !== undefined) return named;
  throw usage(`"${oneLine(revision)}" names no commit here`);
}

/** What is outside of trees counts as unchanged, for no commit says how it stood. */
function asIt(snapshot: Snapshot, tree: Snapshot["tree"]): Snapshot {
  return { ...snapshot, tree };
}

function usage(text: string): UsageFault {
  return new UsageFault({ kind: "usage", text: `review: ${text}` });
}
