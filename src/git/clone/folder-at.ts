import type { ObjectId } from "#base/ids.ts";
import { type BytePath, bytePathOf, textOf } from "#git/path-bytes.ts";
import { type CommitFacts, commitFacts } from "./commit-facts.ts";
import type { ObjectAnswer } from "./object-answers.ts";
import type { OpenClone } from "./open-clone.ts";
import { FOLDER_MODE, SUBMODULE_MODE, type TreeEntry, treeEntries } from "./tree-entries.ts";

/** Something in a commit. Paths are relative to the top, with `/`; `""` is the top itself. */
export type PlaceInCommit = { readonly commit: ObjectId; readonly path: string };

/** What keeps a commit's content from being looked at. */
export type NotLookedAt =
  /** The clone does not have the commit, or not all that it holds; or it is in a submodule. */
  { readonly kind: "not-here" } | { readonly kind: "broken"; readonly detail: string };

export type FolderAt =
  | { readonly kind: "folder"; readonly tree: ObjectId; readonly committedAt: string }
  | { readonly kind: "no-folder" }
  | NotLookedAt;

export type TextAt =
  | { readonly kind: "text"; readonly text: string }
  /** There is nothing, or a folder, or a link. */
  | { readonly kind: "no-file" }
  | { readonly kind: "too-large"; readonly bytes: number }
  | NotLookedAt;

/**
 * Returns the tree that a commit has in a folder. All objects on the way hold what they are named after.
 *
 * @throws GitFault `git-timed-out` once the signal has fired that the clone was opened with.
 */
export async function folderAt(clone: OpenClone, { commit, path }: PlaceInCommit): Promise<FolderAt> {
  const found = await entryAtPath(clone, { commit, path });
  if (found.kind !== "entry") return found.kind === "nothing" ? { kind: "no-folder" } : found;
  if (found.entry.mode === SUBMODULE_MODE) return { kind: "not-here" };
  if (found.entry.mode !== FOLDER_MODE) return { kind: "no-folder" };
  return { kind: "folder", tree: found.entry.id, committedAt: found.facts.committedAt };
}

/**
 * Returns the text of a file of a commit, of at most so many bytes. Bytes that are not UTF-8 appear as
 * `\xNN`.
 *
 * @throws GitFault as `folderAt`.
 */
export async function textAt(
  clone: OpenClone,
  { commit, path, limit }: PlaceInCommit & { readonly limit: number },
): Promise<TextAt> {
  const found = await entryAtPath(clone, { commit, path });
  if (found.kind !== "entry") return found.kind === "nothing" ? { kind: "no-file" } : found;
  if (!found.entry.mode.startsWith("100")) return { kind: "no-file" };
  const blob = await clone.objects.read(found.entry.id, limit);
  if (blob.kind === "too-large") return blob;
  if (blob.kind !== "object") return unavailable(blob);
  return { kind: "text", text: textOf(blob.content) };
}

/** Returns a path's parts as git has them; nothing where it leads out of the folder that it starts in. */
export function pathParts(path: string): readonly BytePath[] | undefined {
  const parts = bytePathOf(path)
    .split("/")
    .filter((part) => part !== "" && part !== ".");
  return parts.includes("..") || path.startsWith("/") || path.includes("\0") ? undefined : parts;
}

/** Returns the lines of a tree, or why there are none. */
export async function entriesOf(
  clone: OpenClone,
  tree: ObjectId,
): Promise<{ readonly kind: "entries"; readonly entries: readonly TreeEntry[] } | NotLookedAt> {
  const answer = await clone.objects.read(tree);
  if (answer.kind !== "object") return unavailable(answer);
  const entries = answer.type === "tree" ? treeEntries(answer.content, clone.config.objectFormat) : undefined;
  return entries === undefined
    ? { kind: "broken", detail: `${tree} is no whole tree` }
    : { kind: "entries", entries };
}

/** Returns what stands at a path of a commit, given by its parts. */
export async function entryAt(
  clone: OpenClone,
  commit: ObjectId,
  parts: readonly BytePath[],
): Promise<EntryAt | { readonly kind: "nothing" } | NotLookedAt> {
  const answer = await clone.objects.read(commit);
  if (answer.kind !== "object") return unavailable(answer);
  const facts = answer.type === "commit" ? commitFacts(answer.content) : undefined;
  if (facts === undefined) return { kind: "broken", detail: `${commit} is no whole commit` };
  let entry: TreeEntry = { mode: FOLDER_MODE, name: "", id: facts.tree };
  for (const part of parts) {
    if (entry.mode === SUBMODULE_MODE) return { kind: "not-here" };
    if (entry.mode !== FOLDER_MODE) return { kind: "nothing" };
    const inside = await entriesOf(clone, entry.id);
    if (inside.kind !== "entries") return inside;
    const next = inside.entries.find(({ name }) => name === part);
    if (next === undefined) return { kind: "nothing" };
    entry = next;
  }
  return { kind: "entry", entry, facts };
}

type EntryAt = { readonly kind: "entry"; readonly entry: TreeEntry; readonly facts: CommitFacts };

/** A path that leads out of the commit leads to nothing. */
async function entryAtPath(clone: OpenClone, { commit, path }: PlaceInCommit): ReturnType<typeof entryAt> {
  const parts = pathParts(path);
  return parts === undefined ? { kind: "nothing" } : await entryAt(clone, commit, parts);
}

function unavailable(answer: Exclude<ObjectAnswer, { readonly kind: "object" }>): NotLookedAt {
  switch (answer.kind) {
    case "missing":
      return { kind: "not-here" };
    case "too-large":
      return { kind: "broken", detail: `an object of ${answer.bytes} bytes is not looked at` };
    case "broken":
      return answer;
  }
}
