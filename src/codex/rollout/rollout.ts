import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { listIfPresent } from "#base/files.ts";

/** A rollout as it was at one moment: the digest is that of its first `bytes` bytes. */
export type RolloutSeal = { readonly path: string; readonly bytes: number; readonly sha256: string };

/**
 * Returns the rollout of a thread, or `undefined` where there is none. Codex keeps it in
 * `sessions/YYYY/MM/DD/`, and moves it to `archived_sessions/` with the thread.
 */
export function findRollout(codexHome: string, threadId: string): string | undefined {
  return rolloutPaths(codexHome, threadId).next().value ?? undefined;
}

/**
 * Returns the seal of a rollout as it now stands, up to its last whole line: a line that is just
 * being written belongs to what comes after.
 *
 * @throws Error with the system's code, such as ENOENT.
 */
export async function sealRollout(path: string): Promise<RolloutSeal> {
  const hash = createHash("sha256");
  let whole = hash.copy();
  let bytes = 0;
  let read = 0;
  for await (const chunk of chunks(path, (await stat(path)).size)) {
    const end = chunk.lastIndexOf("\n") + 1;
    hash.update(chunk.subarray(0, end));
    if (end > 0) {
      whole = hash.copy();
      bytes = read + end;
    }
    hash.update(chunk.subarray(end));
    read += chunk.length;
  }
  return { path, bytes, sha256: whole.digest("hex") };
}

/** `end` of a read stream is inclusive, so that no stream reads nothing. */
async function* chunks(path: string, bytes: number): AsyncGenerator<Buffer> {
  if (bytes === 0) return;
  for await (const chunk of createReadStream(path, { end: bytes - 1 })) {
    if (Buffer.isBuffer(chunk)) yield chunk;
  }
}

/**
 * Yields the files of a thread, an archived one first: archiving that was cut short leaves two. The folders
 * are named by local date, which the thread's id does not tell.
 */
export function* rolloutPaths(codexHome: string, threadId: string): Generator<string> {
  yield* named(join(codexHome, "archived_sessions"), threadId);
  yield* below(join(codexHome, "sessions"), threadId, 3);
}

function* below(folder: string, threadId: string, levels: number): Generator<string> {
  if (levels === 0) {
    yield* named(folder, threadId);
    return;
  }
  for (const name of listIfPresent(folder).toReversed()) {
    if (/^\d+$/.test(name)) yield* below(join(folder, name), threadId, levels - 1);
  }
}

function* named(folder: string, threadId: string): Generator<string> {
  const ending = `-${threadId}.jsonl`;
  for (const name of listIfPresent(folder)) {
    if (name.startsWith("rollout-") && name.endsWith(ending)) yield join(folder, basename(name));
  }
}
