import type { ObjectId } from "#base/ids.ts";
import { type ByteReader, readBytes } from "#git/byte-reader.ts";
import { insideStore } from "#git/git-place.ts";
import { textOf } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { streamGit } from "#git/run-git.ts";
import { type ListedNote, listNotes } from "./list-notes.ts";

/** One line of a note, and what it hangs on. */
export type NoteLine = { readonly object: ObjectId; readonly line: string };

export type NotesRead<T> = {
  readonly kept: readonly T[];
  /** What is no note, or too large for one: as it may be shown. */
  readonly passedOver: readonly string[];
};

/** A signature of thousands of files fits many times. */
const MAX_NOTE_BYTES = 16 * 1024 * 1024;
const LINE_END = Buffer.from("\n");

/**
 * Hands every line of every note of a commit to `keep`, and returns what that made of them: `undefined`
 * is not kept. One note at a time is in memory.
 *
 * @throws GitFault
 */
export async function readNotes<T>(
  store: ObjectStore,
  commit: ObjectId,
  keep: (line: NoteLine) => T | undefined,
  signal: AbortSignal,
): Promise<NotesRead<T>> {
  const { notes, others } = await listNotes(store, commit, signal);
  const fitting = notes.filter(({ bytes }) => bytes <= MAX_NOTE_BYTES);
  const large = notes.filter(({ bytes }) => bytes > MAX_NOTE_BYTES).map(({ object }) => object);
  const passedOver = [...others, ...large];
  if (fitting.length === 0) return { kept: [], passedOver };
  const command = {
    arguments: ["cat-file", "--batch"],
    input: Buffer.from(fitting.map(({ blob }) => `${blob}\n`).join("")),
    read: (chunks: AsyncIterable<Uint8Array>) => keptOf(readBytes(chunks), fitting, keep),
  };
  return { kept: await streamGit(insideStore(store), command, signal), passedOver };
}

/** One answer per request, in order: `OBJECT TYPE SIZE`, the content, a line end; or `OBJECT missing` (git-cat-file(1)). */
async function keptOf<T>(
  reader: ByteReader,
  notes: readonly ListedNote[],
  keep: (line: NoteLine) => T | undefined,
): Promise<readonly T[]> {
  const kept: T[] = [];
  for (const { object } of notes) {
    const [, type, size] = ((await reader.until(LINE_END))?.toString("latin1") ?? "").split(" ");
    if (type !== "blob" || size === undefined) continue;
    const text = textOf(await reader.take(Number(size)));
    await reader.skip(LINE_END.length);
    for (const line of text.split("\n").filter((one) => one !== "")) {
      const made = keep({ object, line });
      if (made !== undefined) kept.push(made);
    }
  }
  return kept;
}
