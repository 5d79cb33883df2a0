import { join } from "node:path";
import { sha256 } from "#base/digest.ts";
import { findRepository } from "#git/find-repository.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import type { Locations } from "#runs/locations.ts";

/** A work tree and the private store in which its snapshots are kept. */
export type WatchedTree = { readonly repository: Repository; readonly store: ObjectStore };

const KEY_LENGTH = 20;

/**
 * Returns the work tree that holds the folder, or `undefined` where none does. All worktrees of a
 * repository share one store.
 *
 * @throws GitFault
 */
export async function watchedTree(
  locations: Locations,
  directory: string,
  signal: AbortSignal,
): Promise<WatchedTree | undefined> {
  const repository = await findRepository(directory, signal);
  if (repository === undefined) return undefined;
  const key = sha256(repository.commonDirectory).slice(0, KEY_LENGTH);
  return { repository, store: await openObjectStore(repository, join(locations.objects, key), signal) };
}
