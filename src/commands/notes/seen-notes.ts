import type { ObjectId } from "#base/ids.ts";
import { anyFolder, insideStore } from "#git/git-place.ts";
import { SEEN_REFS } from "#git/notes/fetch-notes.ts";
import { commitAt, NOTES_REF } from "#git/notes/notes-ref.ts";
import { type NoteLine, readNotes } from "#git/notes/read-notes.ts";
import type { ObjectStore, Repository } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";

/** All that is here of notes. `places`: how many refs there are to read them from. */
export type SeenNotes<T> = {
  readonly kept: readonly T[];
  readonly passedOver: readonly string[];
  readonly places: number;
};

/**
 * Hands each line of notes that is on this machine to `keep`, once: what remotes had when they were last
 * seen, and what the user's repository has, should somebody have fetched the ref with git itself. No
 * network is used.
 *
 * @throws GitFault
 */
export async function seenNotes<T>(
  { notes, repository }: { readonly notes: ObjectStore; readonly repository: Repository },
  keep: (line: NoteLine) => T | undefined,
  signal: AbortSignal,
): Promise<SeenNotes<T>> {
  const own = await commitAt(anyFolder(repository.root), NOTES_REF, signal);
  const commits = [...(await seenCommits(notes, signal)), ...(own === undefined ? [] : [own])];
  return await notesOf(notes, [...new Set(commits)], keep, signal);
}

/**
 * As `seenNotes`, from these commits of a store.
 *
 * @throws GitFault
 */
export async function notesOf<T>(
  store: ObjectStore,
  commits: readonly ObjectId[],
  keep: (line: NoteLine) => T | undefined,
  signal: AbortSignal,
): Promise<SeenNotes<T>> {
  const known = new Set<string>();
  const once = (one: NoteLine): T | undefined => {
    const key = `${one.object} ${one.line}`;
    if (known.has(key)) return undefined;
    known.add(key);
    return keep(one);
  };
  const kept: T[] = [];
  const passedOver = new Set<string>();
  for (const commit of commits) {
    const read = await readNotes(store, commit, commits.length === 1 ? keep : once, signal);
    for (const one of read.kept) kept.push(one);
    for (const one of read.passedOver) passedOver.add(one);
  }
  return { kept, passedOver: [...passedOver], places: commits.length };
}

/**
 * Returns the commits at which the notes of remotes were last seen.
 *
 * @throws GitFault
 */
export async function seenCommits(store: ObjectStore, signal: AbortSignal): Promise<readonly ObjectId[]> {
  const words = ["for-each-ref", "--format=%(refname)", SEEN_REFS];
  const output = (await runGit(insideStore(store), { arguments: words }, signal)).toString("utf8");
  const commits: ObjectId[] = [];
  for (const ref of output.split("\n").filter((line) => line !== "")) {
    const commit = await commitAt(insideStore(store), ref, signal);
    if (commit !== undefined) commits.push(commit);
  }
  return commits;
}
