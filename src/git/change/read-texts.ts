import type { ObjectId } from "#base/ids.ts";
import { type ByteReader, readBytes } from "#git/byte-reader.ts";
import { insideStore } from "#git/git-place.ts";
import { textOf } from "#git/path-bytes.ts";
import type { ObjectStore } from "#git/repository.ts";
import { streamGit } from "#git/run-git.ts";
import { TOO_LARGE_BYTES } from "#git/snapshot/opaque-state.ts";

const LINE_END = Buffer.from("\n");

/**
 * Returns the content of the blobs as text, read in one git process. Bytes that are not UTF-8
 * appear as `\xNN`, as they do in patches. Blobs that are missing or of 16 MiB and more (their
 * patches are not shown either) are not in the answer.
 *
 * @throws GitFault
 */
export async function readTexts(
  store: ObjectStore,
  blobs: readonly ObjectId[],
  signal: AbortSignal,
): Promise<ReadonlyMap<ObjectId, string>> {
  const wanted = [...new Set(blobs)];
  if (wanted.length === 0) return new Map();
  const command = {
    arguments: ["cat-file", "--batch"],
    input: Buffer.from(wanted.map((blob) => `${blob}\n`).join("")),
    read: (chunks: AsyncIterable<Uint8Array>) => readAnswers(readBytes(chunks), wanted),
  };
  return await streamGit(insideStore(store), command, signal);
}

/** One answer per request, in order: `OBJECT TYPE SIZE`, the content, a line end; or `OBJECT missing` (git-cat-file(1)). */
async function readAnswers(
  reader: ByteReader,
  wanted: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, string>> {
  const texts = new Map<ObjectId, string>();
  for (const blob of wanted) {
    const [, type, sizeText] = ((await reader.until(LINE_END))?.toString("latin1") ?? "").split(" ");
    if (type === undefined || type === "missing" || sizeText === undefined) continue;
    const size = Number(sizeText);
    if (type === "blob" && size < TOO_LARGE_BYTES) texts.set(blob, textOf(await reader.take(size)));
    else await reader.skip(size);
    await reader.skip(LINE_END.length);
  }
  return texts;
}
