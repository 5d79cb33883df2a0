import { closeSync, fstatSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { errorText } from "#base/fault.ts";
import { openFile } from "#base/files.ts";
import type { ObjectId } from "#base/ids.ts";
import { beginObject, endObject, type ObjectFormat } from "./object-hash.ts";

const CHUNK_BYTES = 1024 * 1024;
/** For all files: each piece is used up before anybody else gets a turn. */
const chunk = Buffer.alloc(CHUNK_BYTES);
/** Others get their turn after so many of them. */
const CHUNKS_AT_ONCE = 4;

/**
 * Returns the name of the blob that holds the file's content, reading it piece by piece; why it has
 * none, where it cannot be read or is written to meanwhile.
 *
 * @throws `signal`'s reason.
 */
export async function hashFile(
  place: Buffer,
  format: ObjectFormat,
  signal: AbortSignal,
): Promise<{ readonly id: ObjectId } | { readonly detail: string }> {
  let file: number | undefined;
  try {
    file = openFile(place);
    const { size } = fstatSync(file);
    const hash = beginObject(format, "blob", size);
    let read = 0;
    for (let turn = 1; ; turn += 1) {
      const length = readSync(file, chunk, 0, CHUNK_BYTES, null);
      if (length === 0) break;
      hash.update(chunk.subarray(0, length));
      read += length;
      if (turn % CHUNKS_AT_ONCE > 0) continue;
      await setImmediate();
      signal.throwIfAborted();
    }
    return read === size ? { id: endObject(hash) } : { detail: "it is being written to" };
  } catch (error) {
    signal.throwIfAborted();
    return { detail: errorText(error) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
