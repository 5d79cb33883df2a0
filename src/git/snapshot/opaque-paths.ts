import { readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { type BytePath, placeOf, shownPath } from "#git/path-bytes.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import { workTrees } from "#git/worktrees.ts";
import { changedRules } from "./changed-opaque.ts";
import { fileStatus } from "./file-status.ts";
import type { ListedFiles } from "./listed-files.ts";
import { type NestedState, nestedState, type SnapshotOf } from "./nested-state.ts";
import { isGiant, stateByTime } from "./opaque-state.ts";
import type { Opaque, Snapshot } from "./snapshot.ts";

/** Where a snapshot is being taken. */
export type Site = {
  readonly repository: Repository;
  readonly store: ObjectStore;
  /** How many repositories may still lie inside one another here. */
  readonly depth: number;
  /** Takes the snapshot of such an inner repository. */
  readonly snapshotOf: SnapshotOf;
  /** The hiding rules in force here. */
  readonly rules: Snapshot["rules"];
};

/** What stays out of the tree, and the paths that git must not try to add for that. */
export type OpaquePaths = {
  readonly excluded: readonly BytePath[];
  readonly opaque: readonly Opaque[];
};

/** Returns all that can be told to be opaque before anything is added. */
export async function findOpaque(site: Site, files: ListedFiles, signal: AbortSignal): Promise<OpaquePaths> {
  const { root } = site.repository;
  const giants = files.untracked.filter((path) => isGiant(placeOf(root, path)));
  const populated = [...files.submodules.keys()].filter((path) => holdsFiles(placeOf(root, path)));
  const inner = withoutOwnTrees(site.repository, files.nested);
  const nested = await inTurn(inner, (path) => nestedOpaque(site, path, signal));
  const submodules = await inTurn(populated, (path) =>
    submoduleOpaque(site, path, files.submodules.get(path), signal),
  );
  return {
    excluded: [...giants, ...files.nested, ...populated],
    opaque: [
      ...(await opaqueByTime(site.repository, "giant", giants, signal)),
      ...(await opaqueByTime(site.repository, "not-addable", files.closed, signal)),
      ...nested,
      ...submodules.filter((entry) => entry !== undefined),
    ],
  };
}

/** Returns the paths as opaque, each with a state that changes with its size and times. */
export async function opaqueByTime(
  repository: Repository,
  kind: Opaque["kind"],
  paths: readonly BytePath[],
  signal: AbortSignal,
): Promise<readonly Opaque[]> {
  return await inTurn(paths, async (path) => ({
    path: shownPath(path),
    kind,
    state: await stateByTime(placeOf(repository.root, path), signal),
  }));
}

/** A linked worktree that lies inside its repository is no part of it: it has changes of its own. */
function withoutOwnTrees(repository: Repository, nested: readonly BytePath[]): readonly BytePath[] {
  if (nested.length === 0) return [];
  const trees = new Set(workTrees(repository));
  const isOwn = (tree: string) => trees.has(tree) && isLinked(tree, repository);
  return nested.filter((path) => !isOwn(join(repository.root, shownPath(path))));
}

/** The folder must say so too: a pointer in `.git` alone would hide any repository. */
function isLinked(tree: string, { commonDirectory }: Repository): boolean {
  const pointer = join(tree, ".git");
  if (statSync(pointer, { throwIfNoEntry: false })?.isFile() !== true) return false;
  const [, folder = ""] = /^gitdir: (.+)\n?$/.exec(readIfPresent(pointer) ?? "") ?? [];
  return dirname(resolve(tree, folder)) === join(commonDirectory, "worktrees");
}

async function nestedOpaque(site: Site, path: BytePath, signal: AbortSignal): Promise<Opaque> {
  return opaqueOf(path, "nested-repository", await stateOf(site, path, signal));
}

/**
 * A submodule at the commit that the index names, with nothing changed in it, is told by the tree. Not
 * so where its own rules may have kept git from seeing a change.
 */
async function submoduleOpaque(
  site: Site,
  path: BytePath,
  commit: string | undefined,
  signal: AbortSignal,
): Promise<Opaque | undefined> {
  const found = await stateOf(site, path, signal);
  const { clean, head, inner } = found;
  const ruled = inner === undefined || changedRules(site.rules, inner.rules).length > 0;
  return clean && head === commit && !ruled ? undefined : opaqueOf(path, "submodule", found);
}

function opaqueOf(path: BytePath, kind: Opaque["kind"], { state, inner }: NestedState): Opaque {
  return { path: shownPath(path), kind, state, ...(inner === undefined ? {} : { inner }) };
}

function stateOf(site: Site, path: BytePath, signal: AbortSignal) {
  const place = { path, outer: site.repository, store: site.store, depth: site.depth };
  return nestedState(place, site.snapshotOf, signal);
}

/** Not so: a submodule that was never fetched, or one whose folder is gone, or is a file or a link now. */
function holdsFiles(folder: Buffer): boolean {
  const found = fileStatus(folder);
  if (found.kind === "present" && !found.stats.isDirectory()) return false;
  try {
    return readdirSync(folder).length > 0;
  } catch (error) {
    return errorCode(error) !== "ENOENT" && errorCode(error) !== "ENOTDIR";
  }
}

/** One after the other: each may start a few git processes of its own. */
async function inTurn<A, B>(inputs: readonly A[], work: (input: A) => Promise<B>): Promise<readonly B[]> {
  const results: B[] = [];
  for (const input of inputs) results.push(await work(input));
  return results;
}
