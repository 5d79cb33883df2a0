import { createHash } from "node:crypto";
import type { ObjectId } from "#base/ids.ts";
import type { WatchedTree } from "#commands/hooks/watched-tree.ts";
import type { FileState } from "#gate/attribution/file-state.ts";
import { readTexts } from "#git/change/read-texts.ts";
import type { RawEntry } from "#git/raw-entry.ts";
import type { Repository } from "#git/repository.ts";
import { objectSizes } from "#git/store/object-sizes.ts";

/** Larger files are taken as a whole: to merge them costs too much. */
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_BYTES_TOGETHER = 128 * 1024 * 1024;

/** Both sides of an entry of a comparison. */
export type EntryStates = { readonly before: FileState | null; readonly after: FileState | null };

/**
 * Returns how to see the sides of an entry as states of a file: with its text for the paths in
 * `textsOf`, where the file is a text of at most 1 MiB; as a whole otherwise.
 *
 * @throws GitFault
 */
export async function readStates(
  { repository, store }: WatchedTree,
  entries: readonly RawEntry[],
  textsOf: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<(entry: RawEntry) => EntryStates> {
  const wanted = entries.filter(({ path }) => textsOf.has(path));
  const blobs = [...new Set(wanted.flatMap(textBlobs))];
  const sizes = await objectSizes(store, blobs, signal);
  const small = blobs.filter((blob) => (sizes.get(blob) ?? Number.POSITIVE_INFINITY) <= MAX_TEXT_BYTES);
  const together = small.reduce((sum, blob) => sum + (sizes.get(blob) ?? 0), 0);
  const read = together > MAX_BYTES_TOGETHER ? new Map() : await readTexts(store, small, signal);
  const texts = new Map([...read].filter(([blob, text]) => isExact(repository, blob, text)));
  const state = (mode: string, blob: ObjectId | undefined): FileState | null =>
    blob === undefined ? null : { mode, object: blob, text: isFile(mode) ? texts.get(blob) : undefined };
  return ({ oldMode, oldBlob, newMode, newBlob }) => ({
    before: state(oldMode, oldBlob),
    after: state(newMode, newBlob),
  });
}

function textBlobs({ oldMode, oldBlob, newMode, newBlob }: RawEntry): readonly ObjectId[] {
  const old = isFile(oldMode) && oldBlob !== undefined ? [oldBlob] : [];
  return isFile(newMode) && newBlob !== undefined ? [...old, newBlob] : old;
}

function isFile(mode: string): boolean {
  return mode.startsWith("100");
}

/** Bytes that are not UTF-8 are shown in other characters: such a text would not be the file when it is written again. */
function isExact({ objectFormat }: Repository, blob: string, text: string): boolean {
  if (text.includes("\0")) return false;
  const bytes = Buffer.from(text, "utf8");
  return createHash(objectFormat).update(`blob ${bytes.length}\0`).update(bytes).digest("hex") === blob;
}
