import { type Note, readNote } from "#audit/signed-paths/note.ts";
import type { ObjectId } from "#base/ids.ts";
import { UsageFault } from "#commands/command.ts";
import { isShallow, rootCommits } from "#git/notes/commit-range.ts";
import type { ObjectStore } from "#git/repository.ts";
import type { StoredReceipt } from "#runs/receipts/receipt-files.ts";
import { earlierContents } from "./earlier-contents.ts";
import { noteOfReceipt } from "./note-of-receipt.ts";
import type { NotesPlace } from "./notes-place.ts";
import { notesOf } from "./seen-notes.ts";
import { shownPatches } from "./shown-patches.ts";

/** The receipts that a remote knows already, by their digests: with any note, and with a signed one. */
export type KnownReceipts = { readonly any: ReadonlySet<string>; readonly signed: ReadonlySet<string> };

/**
 * Returns the notes of those receipts that are due, without signatures. What every clone of the repository can tell of it are
 * its first commits, so those are in each.
 *
 * @throws UsageFault where the first commits are not here, or GitFault.
 */
export async function dueNotes(
  { locations, tree }: NotesPlace,
  { due, all }: { readonly due: readonly StoredReceipt[]; readonly all: readonly StoredReceipt[] },
  signal: AbortSignal,
): Promise<readonly Note[]> {
  if (due.length === 0) return [];
  const roots = await knownRoots(tree, signal);
  const receipts = due.map(({ receipt }) => receipt);
  const patchesOf = await shownPatches(tree.store, { receipts, earlier: earlierContents(all) }, signal);
  return due.flatMap((stored) => noteOfReceipt(locations, { stored, patchesOf, roots }) ?? []);
}

/**
 * Returns which receipts have notes in a commit of notes.
 *
 * @throws GitFault
 */
export async function knownReceipts(
  store: ObjectStore,
  commit: ObjectId | undefined,
  signal: AbortSignal,
): Promise<KnownReceipts> {
  const commits = commit === undefined ? [] : [commit];
  const { kept } = await notesOf(
    store,
    commits,
    ({ object, line }) => {
      const read = readNote(object, line);
      return read.kind === "note" ? read.note : undefined;
    },
    signal,
  );
  const digests = (notes: readonly Note[]) => new Set(notes.map(({ receiptDigest }) => receiptDigest));
  return {
    any: digests(kept),
    signed: digests(kept.filter(({ signature }) => signature !== undefined)),
  };
}

async function knownRoots(
  { repository }: NotesPlace["tree"],
  signal: AbortSignal,
): Promise<readonly ObjectId[]> {
  if (await isShallow(repository, signal)) {
    const text =
      "this clone lacks older history, so its first commits are not known; `git fetch --unshallow` first";
    throw new UsageFault({ kind: "usage", text });
  }
  const roots = await rootCommits(repository, signal);
  if (roots.length > 0) return roots;
  const text = "HEAD has no commit yet, so there is nothing that a note could be about; commit first";
  throw new UsageFault({ kind: "usage", text });
}
