import * as z from "zod/mini";
import { ObjectId } from "#base/ids.ts";
import { insideStore } from "#git/git-place.ts";
import { type BytePath, shownPath, splitNul } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { runGit } from "#git/run-git.ts";

/** One note as a tree of notes has it: what it hangs on, and the blob that holds its lines. */
export type ListedNote = {
  readonly path: BytePath;
  readonly object: ObjectId;
  readonly blob: ObjectId;
  readonly bytes: number;
};

export type NotesListing = {
  readonly notes: readonly ListedNote[];
  /** What else lies in the tree and is no note, as it may be shown. */
  readonly others: readonly string[];
};

/**
 * Returns what the notes of a commit hang on. A note's path is its object's name, cut into folders at will
 * (git-notes(1), "Notes are stored as ..."). Nothing of a note is read.
 *
 * @throws GitFault
 */
export async function listNotes(
  store: ObjectStore,
  commit: ObjectId,
  signal: AbortSignal,
): Promise<NotesListing> {
  const words = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit];
  const lines = splitNul(await runGit(insideStore(store), { arguments: words }, signal));
  const entries = lines.map(readEntry);
  return {
    notes: entries.flatMap((entry) => (entry.kind === "note" ? [entry.note] : [])),
    others: entries.flatMap((entry) => (entry.kind === "other" ? [shownPath(entry.path)] : [])),
  };
}

type Entry =
  | { readonly kind: "note"; readonly note: ListedNote }
  | { readonly kind: "other"; readonly path: BytePath };

/** `MODE TYPE OBJECT SIZE<TAB>PATH`; the size has blanks before it (git-ls-tree(1)). */
function readEntry(line: string): Entry {
  const tab = line.indexOf("\t");
  const path = line.slice(tab + 1);
  const [mode, type, blob, size] = line.slice(0, tab).split(/ +/);
  const [named, content] = [z.safeParse(ObjectId, path.replaceAll("/", "")), z.safeParse(ObjectId, blob)];
  if (type !== "blob" || mode === "120000" || !named.success || !content.success) {
    return { kind: "other", path };
  }
  return { kind: "note", note: { path, object: named.data, blob: content.data, bytes: Number(size) } };
}
