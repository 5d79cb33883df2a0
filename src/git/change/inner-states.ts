import type { ObjectId } from "#base/ids.ts";
import { type BytePath, bytePathOf } from "#git/path-bytes.ts";
import type { RawEntry } from "#git/raw-entry.ts";
import type { ObjectStore } from "#git/repository.ts";
import { changedOpaque, isRepository } from "#git/snapshot/changed-opaque.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { type CommitLinks, GITLINK_MODE, linksAt, treesOfCommits } from "./commit-links.ts";

/** One state of a work tree, or of a repository inside it. */
export type TreeState = Pick<Snapshot, "tree" | "opaque" | "rules">;

/** Two states of the same work tree; `undefined` where there is no repository on that side. */
export type TwoStates = {
  readonly store: ObjectStore;
  readonly before: TreeState | undefined;
  readonly after: TreeState | undefined;
};

/** A repository inside that differs. `unknown`: there is one, but its files cannot be had. */
export type InnerStates = {
  readonly path: BytePath;
  readonly before: TreeState | "unknown" | undefined;
  readonly after: TreeState | "unknown" | undefined;
};

/** Returns whether the entry is about a submodule's commit on a side. */
export function isLink(entry: Pick<RawEntry, "oldMode" | "newMode">): boolean {
  return entry.oldMode === GITLINK_MODE || entry.newMode === GITLINK_MODE;
}

/**
 * Returns the repositories inside that differ, with their states: as the snapshot took it where it
 * did; else, of a submodule with nothing changed in it, the commit that the tree names, under the
 * hiding rules around it. `names` are the differences of the two trees.
 *
 * @throws GitFault
 */
export async function innerStates(
  states: TwoStates,
  names: readonly RawEntry[],
  signal: AbortSignal,
): Promise<readonly InnerStates[]> {
  const links = names.filter(isLink);
  const opaque = changedOpaque(states.before?.opaque ?? [], states.after?.opaque ?? []).filter(isRepository);
  const paths = [
    ...new Set([...links.map(({ path }) => path), ...opaque.map(({ path }) => bytePathOf(path))]),
  ];
  const files = new Set(links.filter(hasFileSide).map(({ path }) => path));
  const old = links.map(({ path, oldMode, oldBlob }) => ({ path, mode: oldMode, blob: oldBlob }));
  const now = links.map(({ path, newMode, newBlob }) => ({ path, mode: newMode, blob: newBlob }));
  const { store } = states;
  const before = await sideOf({ store, state: states.before, paths, changed: old }, signal);
  const after = await sideOf({ store, state: states.after, paths, changed: now }, signal);
  return paths
    .sort()
    .map((path) =>
      files.has(path)
        ? { path, before: "unknown", after: "unknown" }
        : { path, before: before.get(path), after: after.get(path) },
    );
}

type Side = {
  readonly store: ObjectStore;
  readonly state: TreeState | undefined;
  readonly paths: readonly BytePath[];
  /** What the differences tell of the links on this side. */
  readonly changed: readonly { path: BytePath; mode: string; blob: ObjectId | undefined }[];
};

type KnownStates = ReadonlyMap<BytePath, TreeState | "unknown">;

async function sideOf({ store, state, paths, changed }: Side, signal: AbortSignal): Promise<KnownStates> {
  if (state === undefined) return new Map();
  const taken = takenAt(state);
  const told = new Set(changed.map(({ path }) => path));
  const untold = paths.filter((path) => !taken.has(path) && !told.has(path));
  const links = new Map([...linksIn(changed), ...(await linksAt(store, state.tree, untold, signal))]);
  const trees = await treesOfCommits(store, [...links.values()], signal);
  const committed = [...links].map(([path, commit]): [BytePath, TreeState | "unknown"] => {
    const tree = trees.get(commit);
    return [path, tree === undefined ? "unknown" : { tree, opaque: [], rules: state.rules }];
  });
  return new Map([...committed, ...taken]);
}

/** A repository of the other object format cannot be read from this one. */
function takenAt({ tree, opaque }: TreeState): KnownStates {
  return new Map(
    opaque
      .filter(isRepository)
      .map(({ path, inner }) => [
        bytePathOf(path),
        inner === undefined || inner.tree.length !== tree.length ? "unknown" : inner,
      ]),
  );
}

function linksIn(changed: Side["changed"]): CommitLinks {
  return new Map(
    changed.flatMap(({ path, mode, blob }): [BytePath, ObjectId][] =>
      mode === GITLINK_MODE && blob !== undefined ? [[path, blob]] : [],
    ),
  );
}

/** Where a submodule gives way to a file, or a file to one, the difference of the trees says it. */
function hasFileSide({ oldMode, newMode, oldBlob, newBlob }: RawEntry): boolean {
  return oldBlob !== undefined && newBlob !== undefined && oldMode.slice(0, 3) !== newMode.slice(0, 3);
}
