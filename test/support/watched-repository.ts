import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";
import type { Change } from "#git/change/change.ts";
import { readChange } from "#git/change/read-change.ts";
import { findRepository } from "#git/find-repository.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import { openObjectStore } from "#git/store/object-store.ts";
import { makeRepository, type ScratchOptions, type ScratchRepository } from "#test/scratch-repository.ts";

/** A scratch repository with a store beside it, and the account's configuration out of the way. */
export type WatchedRepository = ScratchRepository & {
  readonly repository: Repository;
  readonly store: ObjectStore;
  readonly snapshot: () => Promise<Snapshot>;
  readonly change: (from: Snapshot, to: Snapshot) => Promise<Change>;
  /** Runs git inside the store, where the trees of snapshots are. */
  readonly inStore: (...args: readonly string[]) => string;
};

/** Ends with the test that made it. */
export async function watchRepository(options: ScratchOptions = {}): Promise<WatchedRepository> {
  const scratch = makeRepository(options);
  onTestFinished(scratch.remove);
  vi.stubEnv("HOME", scratch.home);
  vi.stubEnv("XDG_CONFIG_HOME", undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return await watch(scratch, scratch.root);
}

/** Watches another work tree that belongs to the scratch repository. */
export async function watch(scratch: ScratchRepository, root: string): Promise<WatchedRepository> {
  const repository = await findRepository(root, never());
  if (repository === undefined) throw new Error(`no repository at ${root}`);
  const store = await openObjectStore(repository, join(scratch.beside, "store"), never());
  return {
    ...scratch,
    root,
    repository,
    store,
    snapshot: () => takeSnapshot(repository, store, never()),
    change: (from, to) => readChange(store, from, to, never()),
    inStore: (...args) => storeGit(store, args),
  };
}

/** A signal that does not fire. */
export function never(): AbortSignal {
  return new AbortController().signal;
}

/** Returns the paths of a tree, folders opened, as git quotes them. */
export function pathsOf(watched: WatchedRepository, snapshot: Snapshot): readonly string[] {
  return watched.inStore("ls-tree", "-r", "--name-only", snapshot.tree).split("\n").filter(Boolean);
}

/** Returns `kind path` for each file of a change. */
export function summary(change: Change): readonly string[] {
  return change.files.map((file) => `${file.kind} ${file.path}`);
}

function storeGit(store: ObjectStore, args: readonly string[]): string {
  const output = execFileSync("git", ["--git-dir", store.directory, ...args], { encoding: "utf8" });
  return output.replace(/\n$/, "");
}
