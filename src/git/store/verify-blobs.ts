import { createHash } from "node:crypto";
import type { ObjectId } from "#base/ids.ts";
import { type ByteReader, readBytes } from "#git/byte-reader.ts";
import { GitFault } from "#git/fault.ts";
import { insideStore } from "#git/git-place.ts";
import type { ObjectStore } from "#git/repository.ts";
import { streamGit } from "#git/run-git.ts";

const LINE_END = Buffer.from("\n");
const SHA1_DIGITS = 40;

/**
 * Makes sure that objects hold what they are named after. Git takes an object that lies in the user's
 * repository at its word: one that was put there under the name of other content would be shown in its
 * place, while the name is what gets signed. Those that are missing are passed over.
 *
 * @throws GitFault `git-failed` for the first one that does not, or `signal`'s reason.
 */
export async function verifyBlobs(
  store: ObjectStore,
  blobs: readonly ObjectId[],
  signal: AbortSignal,
): Promise<void> {
  const wanted = [...new Set(blobs)];
  if (wanted.length === 0) return;
  const command = {
    arguments: ["cat-file", "--batch"],
    input: Buffer.from(wanted.map((blob) => `${blob}\n`).join("")),
    read: (chunks: AsyncIterable<Uint8Array>) => firstForged(readBytes(chunks), wanted),
  };
  const forged = await streamGit(insideStore(store), command, signal);
  if (forged === undefined) return;
  const detail = `object ${forged} does not hold what it is named after: somebody put it into the repository`;
  throw new GitFault({ kind: "git-failed", command: "git cat-file", exitCode: 0, detail });
}

/** One answer per request, in order: `OBJECT TYPE SIZE`, the content, a line end; or `OBJECT missing` (git-cat-file(1)). */
async function firstForged(reader: ByteReader, wanted: readonly ObjectId[]): Promise<ObjectId | undefined> {
  let forged: ObjectId | undefined;
  for (const blob of wanted) {
    const [, type, size] = ((await reader.until(LINE_END))?.toString("latin1") ?? "").split(" ");
    if (type === undefined || type === "missing" || size === undefined) continue;
    const hash = createHash(blob.length === SHA1_DIGITS ? "sha1" : "sha256");
    const content = await reader.take(Number(size));
    hash.update(`${type} ${size}\0`).update(content);
    if (hash.digest("hex") !== blob) forged ??= blob;
    await reader.skip(LINE_END.length);
  }
  return forged;
}
