import { readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { errorCode } from "#base/fault.ts";
import type { ObjectId } from "#base/ids.ts";
import { readBytes } from "#git/byte-reader.ts";
import { type GitPlace, insideStore, workTree } from "#git/git-place.ts";
import { shownPath } from "#git/path-bytes.ts";
import { type RawEntry, readRawEntries } from "#git/raw-entry.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import { runGit, streamGit } from "#git/run-git.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";

/** What a commit or the index makes of a path, and the work tree does not. */
export type ApartContent = {
  /** `HEAD`, `the index`, or the name of a branch or of the stash. */
  readonly where: string;
  readonly path: string;
  /** `undefined` where the path is gone there. */
  readonly blob: ObjectId | undefined;
};

type Place = { readonly repository: Repository; readonly store: ObjectStore };
type Since = {
  readonly baseline: Snapshot;
  readonly snapshot: Snapshot;
  /** Where nothing was written since, nothing is looked for (epoch milliseconds). */
  readonly at: number;
};

/** Something that names contents: whatever differs from a tree there can be listed. */
type Holder = { readonly where: string; readonly place: GitPlace; readonly command: readonly string[] };

const INDEX = "the index";
const RAW = ["-z", "--raw", "--full-index", "--no-renames", "--diff-filter=ADMT", "--ignore-submodules=all"];
/** Of more branches that were written since only so many are looked at. */
const MOST = 20;
/** The system's clock for files may lag behind ours. */
const SLACK_MS = 1_000;

/**
 * Returns what HEAD, the index, the stash and the branches that were written since hold, and neither
 * the work tree nor the baseline, nor the commit that was checked out then: it can be pushed, merged or
 * committed, and no comparison of the work tree shows it. A branch that is checked out in another work
 * tree is looked at there. Costs up to one git process each while there is nothing, and none where
 * nothing was written.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function apartContents(
  place: Place,
  since: Since,
  signal: AbortSignal,
): Promise<readonly ApartContent[]> {
  const holders = [
    ...headOf(place, since),
    ...indexOf(place, since),
    ...(await branchesOf(place, since, signal)),
  ];
  const found = (await Promise.all(holders.map((holder) => contentsOf(holder, since, signal)))).flat();
  const committed = new Set(found.flatMap((one) => (one.where === INDEX ? [] : [keyOf(one)])));
  return found.filter((one) => one.where !== INDEX || !committed.has(keyOf(one)));
}

/** What was committed is still staged as well. */
function keyOf({ path, blob }: ApartContent): string {
  return JSON.stringify([path, blob]);
}

async function contentsOf(
  holder: Holder,
  { baseline, snapshot }: Since,
  signal: AbortSignal,
): Promise<readonly ApartContent[]> {
  let left = await differing(holder, snapshot.tree, signal);
  for (const base of [baseline.tree, baseline.head]) {
    if (left.length === 0 || base === null) continue;
    const differs = new Set((await differing(holder, base, signal)).map(({ path }) => path));
    left = left.filter(({ path }) => differs.has(path));
  }
  return left.map(({ path, newBlob }) => ({ where: holder.where, path: shownPath(path), blob: newBlob }));
}

async function differing(
  { place, command }: Holder,
  base: ObjectId,
  signal: AbortSignal,
): Promise<readonly RawEntry[]> {
  const words = command.map((word) => (word === BASE ? base : word));
  const read = (chunks: AsyncIterable<Uint8Array>) => readRawEntries(readBytes(chunks));
  return await streamGit(place, { arguments: words, read }, signal);
}

/** Stands for the tree that is compared with. */
const BASE = "<base>";

function commitHolder(store: ObjectStore, where: string, commit: string): Holder {
  return { where, place: insideStore(store), command: ["diff-tree", "-r", ...RAW, BASE, commit] };
}

function headOf({ store }: Place, { baseline, snapshot: { head } }: Since): readonly Holder[] {
  return head === null || head === baseline.head ? [] : [commitHolder(store, "HEAD", head)];
}

function indexOf({ repository, store }: Place, { at }: Since): readonly Holder[] {
  const index = join(repository.gitDirectory, "index");
  const place = workTree(repository, store, index);
  return isYoung(index, at)
    ? [{ where: INDEX, place, command: ["diff-index", "--cached", ...RAW, BASE] }]
    : [];
}

const REFS = {
  arguments: [
    "for-each-ref",
    "--format=%(refname) %(objectname) %(if)%(worktreepath)%(then)elsewhere%(end)",
    "refs/heads",
    "refs/stash",
  ],
};

async function branchesOf(
  { repository, store }: Place,
  { at }: Since,
  signal: AbortSignal,
): Promise<readonly Holder[]> {
  const { commonDirectory } = repository;
  const young = youngRefs(commonDirectory, at);
  const all = ["packed-refs", "reftable/tables.list"].some((file) =>
    isYoung(join(commonDirectory, file), at),
  );
  if (!all && young.size === 0) return [];
  const place = workTree(repository, store, join(repository.gitDirectory, "index"));
  const lines = (await runGit(place, REFS, signal)).toString("utf8").split("\n");
  return lines
    .map((line) => line.split(" "))
    .filter(([name = "", , elsewhere]) => elsewhere === "" && (all || young.has(name)))
    .slice(0, MOST)
    .map(([name = "", commit = ""]) => commitHolder(store, name.replace(/^refs\/(?:heads\/)?/, ""), commit));
}

/** The system sets a file's ctime by itself (inode(7)). */
function isYoung(file: string, at: number): boolean {
  const changed = statSync(file, { throwIfNoEntry: false })?.ctimeMs;
  return changed !== undefined && changed >= at - SLACK_MS;
}

function youngRefs(commonDirectory: string, at: number): ReadonlySet<string> {
  const heads = join(commonDirectory, "refs", "heads");
  const files = [...filesBelow(heads), join(commonDirectory, "refs", "stash")];
  const names = files.filter((file) => isYoung(file, at)).map((file) => relative(commonDirectory, file));
  return new Set(names.map((name) => name.replaceAll(sep, "/")));
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  }
}
