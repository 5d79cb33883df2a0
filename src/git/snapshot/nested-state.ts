import { realpathSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "#base/digest.ts";
import { GitFault } from "#git/fault.ts";
import { findRepository } from "#git/find-repository.ts";
import { anyFolder } from "#git/git-place.ts";
import { type BytePath, placeOf, shownPath } from "#git/path-bytes.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import { askGit } from "#git/run-git.ts";
import { nestedStorePlace } from "#git/store/nested-stores.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import { digestOfAll } from "./fingerprint.ts";
import { stateByTime } from "./opaque-state.ts";
import type { Snapshot } from "./snapshot.ts";

/** A repository inside the work tree of another. */
export type NestedPlace = {
  readonly path: BytePath;
  readonly outer: Repository;
  readonly store: ObjectStore;
  /** How many more repositories may lie inside one another before only file times are looked at. */
  readonly depth: number;
};

/** Takes the snapshot of an inner repository, which may hold others down to the given depth. */
export type SnapshotOf = (
  inner: { readonly repository: Repository; readonly store: ObjectStore; readonly depth: number },
  signal: AbortSignal,
) => Promise<Snapshot>;

/** How a nested repository stands: `clean` where its files are those of the commit it is at. */
export type NestedState = {
  readonly head: string | null;
  readonly clean: boolean;
  readonly state: string;
  /** Where it could be asked. */
  readonly inner: Snapshot | undefined;
};

/**
 * Returns a state that changes with the nested repository's HEAD and with every file that git
 * would see in it; by file times where it cannot be asked, or lies too deep.
 */
export async function nestedState(
  place: NestedPlace,
  snapshotOf: SnapshotOf,
  signal: AbortSignal,
): Promise<NestedState> {
  const repository = place.depth > 0 ? await findNested(place, signal) : undefined;
  if (repository === undefined) return await byTime(place, signal);
  try {
    const store = await openObjectStore(repository, storeOf(place.store, repository), signal);
    const snapshot = await snapshotOf({ repository, store, depth: place.depth - 1 }, signal);
    const clean = snapshot.opaque.length === 0 && (await committedTree(repository, signal)) === snapshot.tree;
    return { head: snapshot.head, clean, state: `repository ${digestOfAll(snapshot)}`, inner: snapshot };
  } catch (error) {
    if (isTimeout(error)) throw error;
    return await byTime(place, signal);
  }
}

/** Git looks upward: a broken repository would be answered with the one around it. */
async function findNested(place: NestedPlace, signal: AbortSignal): Promise<Repository | undefined> {
  const path = shownPath(place.path);
  try {
    const directory = realpathSync.native(join(place.outer.root, path));
    const repository = await findRepository(directory, signal);
    return repository?.root === directory ? repository : undefined;
  } catch (error) {
    if (isTimeout(error)) throw error;
    return undefined;
  }
}

async function byTime(place: NestedPlace, signal: AbortSignal): Promise<NestedState> {
  const state = await stateByTime(placeOf(place.outer.root, place.path), signal);
  return { head: null, clean: false, state: `by time ${state}`, inner: undefined };
}

function storeOf(outer: ObjectStore, repository: Repository): string {
  return nestedStorePlace(outer, sha256(repository.gitDirectory).slice(0, 24));
}

async function committedTree(repository: Repository, signal: AbortSignal): Promise<string> {
  const question = ["rev-parse", "--verify", "--quiet", "HEAD^{tree}"];
  const answer = await askGit(anyFolder(repository.root), { arguments: question }, signal);
  return answer.output.toString("utf8").trim();
}

function isTimeout(error: unknown): boolean {
  return error instanceof GitFault && error.failure.kind === "git-timed-out";
}
