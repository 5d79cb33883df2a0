import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ObjectId } from "#base/ids.ts";
import { parseShape } from "#base/json.ts";
import { type GitPlace, insideStore } from "#git/git-place.ts";
import { joinNul } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";
import { writeBlobs } from "#git/store/write-blobs.ts";
import { writeTree } from "#git/store/write-tree.ts";
import { type ListedNote, listNotes } from "./list-notes.ts";
import type { NoteLine } from "./read-notes.ts";

/** Whoever pushes is known to the remote by his account; the commit itself names nobody. */
const NOBODY = { NAME: "Countersign", EMAIL: "countersign@example.invalid" } as const;
const MESSAGE = "Notes added by countersign notes push\n";

/**
 * Writes a commit in the store that has the lines beside all that its parent has, or returns `undefined`
 * where the parent has them all. The lines of one object are sorted and single, as by git's own
 * `cat_sort_uniq` (git-notes(1)): whoever merges in whatever order gets the same.
 *
 * @throws GitFault
 */
export async function addNotes(
  store: ObjectStore,
  parent: ObjectId | undefined,
  lines: readonly NoteLine[],
  signal: AbortSignal,
): Promise<ObjectId | undefined> {
  const listed = parent === undefined ? [] : (await listNotes(store, parent, signal)).notes;
  const edits: Edit[] = [];
  const before = byObject(listed);
  for (const [object, own] of byObject(lines)) {
    const there = before.get(object) ?? [];
    const edit = await united(store, { object, own, there }, signal);
    if (edit !== undefined) edits.push(edit);
  }
  return edits.length === 0 ? undefined : await commitEdits(store, parent, edits, signal);
}

function byObject<T extends { readonly object: ObjectId }>(all: readonly T[]): ReadonlyMap<ObjectId, T[]> {
  const map = new Map<ObjectId, T[]>();
  for (const one of all) {
    const same = map.get(one.object);
    if (same === undefined) map.set(one.object, [one]);
    else same.push(one);
  }
  return map;
}

type Edit = { readonly object: ObjectId; readonly text: Buffer; readonly there: readonly ListedNote[] };

type Union = Omit<Edit, "text"> & { readonly own: readonly NoteLine[] };

/** Bytes are kept as they are, also of lines that somebody else wrote. */
async function united(
  store: ObjectStore,
  { object, own, there }: Union,
  signal: AbortSignal,
): Promise<Edit | undefined> {
  const before = new Set<string>();
  for (const { blob } of there) {
    const content = await runGit(insideStore(store), { arguments: ["cat-file", "blob", blob] }, signal);
    for (const line of content.toString("latin1").split("\n")) before.add(line);
  }
  const wanted = own.map(({ line }) => Buffer.from(line, "utf8").toString("latin1"));
  if (wanted.every((line) => before.has(line))) return undefined;
  const all = [...new Set([...before, ...wanted])].filter((line) => line !== "").sort();
  return { object, there, text: Buffer.from(all.map((line) => `${line}\n`).join(""), "latin1") };
}

async function commitEdits(
  store: ObjectStore,
  parent: ObjectId | undefined,
  edits: readonly Edit[],
  signal: AbortSignal,
): Promise<ObjectId> {
  const index = join(store.scratch, randomUUID());
  try {
    const place = insideStore(store, index);
    const start = parent === undefined ? ["read-tree", "--empty"] : ["read-tree", parent];
    await runGit(place, { arguments: start }, signal);
    await putIn(store, place, edits, signal);
    return await commitTree(place, await writeTree(place, signal), parent, signal);
  } finally {
    rmSync(index, { force: true });
    rmSync(`${index}.lock`, { force: true });
  }
}

async function putIn(
  store: ObjectStore,
  place: GitPlace,
  edits: readonly Edit[],
  signal: AbortSignal,
): Promise<void> {
  const blobs = await writeBlobs(
    store,
    edits.map(({ text }) => text),
    signal,
  );
  const entries = edits.flatMap(({ object, there }, index) => [
    ...there.map(({ path }) => `0 ${"0".repeat(object.length)}\t${path}`),
    `100644 ${blobs[index]}\t${object.slice(0, 2)}/${object.slice(2)}`,
  ]);
  const words = ["update-index", "-z", "--add", "--replace", "--index-info"];
  await runGit(place, { arguments: words, input: joinNul(entries) }, signal);
}

async function commitTree(
  place: GitPlace,
  tree: ObjectId,
  parent: ObjectId | undefined,
  signal: AbortSignal,
): Promise<ObjectId> {
  const people = ["AUTHOR", "COMMITTER"].flatMap((role) =>
    Object.entries(NOBODY).map(([part, text]) => [`GIT_${role}_${part}`, text]),
  );
  const own = { ...place, environment: { ...place.environment, ...Object.fromEntries(people) } };
  const above = parent === undefined ? [] : ["-p", parent];
  const command = { arguments: ["commit-tree", tree, ...above], input: Buffer.from(MESSAGE) };
  return parseShape((await runGit(own, command, signal)).toString("latin1").trim(), ObjectId);
}
