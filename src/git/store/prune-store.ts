import { existsSync, lstatSync, realpathSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { listIfPresent, removeIfPresent } from "#base/files.ts";
import type { ObjectId } from "#base/ids.ts";
import { readBytes } from "#git/byte-reader.ts";
import { insideStore } from "#git/git-place.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit, streamGit } from "#git/run-git.ts";
import { nestedStores } from "./nested-stores.ts";

/** What shall stay, and what may go. */
export type StorePruning = {
  /** Trees that somebody still refers to, those of inner repositories among them. */
  readonly needed: readonly ObjectId[];
  /** Nothing that was written, or would have been written again, since then goes: it may be about to be needed. */
  readonly before: Date;
  readonly dryRun: boolean;
};

/** How many files went (or would go), and how many bytes they held. */
export type PrunedFiles = { readonly files: number; readonly bytes: number };

const FANOUT = /^[0-9a-f]{2}$/;
const LINE_END = Buffer.from("\n");

/**
 * Removes from a store, and from those of inner repositories in it, what no needed tree holds: loose
 * objects, kept indexes, and what killed processes left in the scratch folder. Safe while snapshots
 * are made: git renews the time of an object that it would write again (git-prune(1)).
 *
 * @throws GitFault
 */
export async function pruneStore(
  store: ObjectStore,
  { needed, before, dryRun }: StorePruning,
  signal: AbortSignal,
): Promise<PrunedFiles> {
  const stores = [store, ...nestedStores(store)].filter((one) => liesWithin(store, one));
  const objects = stores.flatMap((one) => looseObjects(one)).filter(({ path }) => isOlder(path, before));
  const names = new Set(objects.map(({ name }) => name));
  await dropReachable(names, { store, stores, needed }, signal);
  const kept = new Set<string>(needed);
  const going = [
    ...objects.filter(({ name }) => names.has(name)).map(({ path }) => path),
    ...stores.flatMap(({ indexes }) => filesIn(indexes).filter((path) => !kept.has(basename(path)))),
    ...stores.flatMap(({ scratch }) => filesIn(scratch)),
  ];
  // The time is looked at last: what was asked for while git was listing stays.
  const gone = going.flatMap((path) => (isOlder(path, before) ? removed(path, dryRun) : []));
  return { files: gone.length, bytes: gone.reduce((sum, bytes) => sum + bytes, 0) };
}

/** A link in the place of a folder leads out of the store: there is nothing of ours. */
function liesWithin(outer: ObjectStore, { directory, objects, indexes, scratch }: ObjectStore): boolean {
  const base = realpathSync(outer.directory);
  return [directory, objects, indexes, scratch].every(
    (folder) => existsSync(folder) && realpathSync(folder) === join(base, relative(outer.directory, folder)),
  );
}

/** With them what a killed git left (`tmp_obj_...`), which nothing can reach. */
function looseObjects({ objects }: ObjectStore): readonly { readonly name: string; readonly path: string }[] {
  return listIfPresent(objects)
    .filter((fanout) => FANOUT.test(fanout))
    .flatMap((fanout) =>
      filesIn(join(objects, fanout)).map((path) => ({ name: `${fanout}${basename(path)}`, path })),
    );
}

type Roots = {
  readonly store: ObjectStore;
  readonly stores: readonly ObjectStore[];
  readonly needed: readonly ObjectId[];
};

/**
 * Takes the names of all that a needed tree holds out of the set. Of a tree that git has pruned in the
 * user's repository the kept index still tells the files: from them it can be written again.
 */
async function dropReachable(names: Set<string>, { store, stores, needed }: Roots, signal: AbortSignal) {
  if (names.size === 0 || needed.length === 0) return;
  const missing = await missingOf(store, needed, signal);
  for (const tree of missing) {
    const keeper = stores.find(({ indexes }) => existsSync(join(indexes, tree)));
    if (keeper === undefined) continue;
    const place = insideStore(keeper, join(keeper.indexes, tree));
    const listed = await runGit(place, { arguments: ["ls-files", "--stage"] }, signal);
    for (const line of listed.toString("latin1").split("\n")) names.delete(line.split(" ")[1] ?? "");
  }
  const present = needed.filter((tree) => !missing.has(tree));
  const list = ["rev-list", "--objects", "--no-object-names", "--missing=allow-any", "--stdin"];
  const read = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
    const reader = readBytes(chunks);
    for (let line = await reader.until(LINE_END); line !== undefined; line = await reader.until(LINE_END)) {
      names.delete(line.toString("latin1"));
    }
  };
  await streamGit(insideStore(store), { arguments: list, input: linesOf(present), read }, signal);
}

/** Returns those of the trees that are in no store any more (git-cat-file(1), `--batch-check`). */
async function missingOf(
  store: ObjectStore,
  trees: readonly ObjectId[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const command = { arguments: ["cat-file", "--batch-check"], input: linesOf(trees) };
  const answers = (await runGit(insideStore(store), command, signal)).toString("latin1").split("\n");
  return new Set(answers.flatMap((line) => (line.endsWith(" missing") ? (line.split(" ")[0] ?? []) : [])));
}

function linesOf(trees: readonly ObjectId[]): Buffer {
  return Buffer.from(trees.map((tree) => `${tree}\n`).join(""));
}

function filesIn(folder: string): readonly string[] {
  const isFolder = lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? listIfPresent(folder).map((name) => join(folder, name)) : [];
}

/** A kept index takes over the time of the user's; when its name was made, only the system's own time tells. */
function isOlder(path: string, moment: Date): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && Math.max(found.mtimeMs, found.ctimeMs) < moment.getTime();
}

/** Returns the bytes that the file held, where it was there. */
function removed(path: string, dryRun: boolean): readonly number[] {
  const bytes = lstatSync(path, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) return [];
  return dryRun || removeIfPresent(path) ? [bytes] : [];
}
