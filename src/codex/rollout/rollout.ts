import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";

/** A rollout as it was at one moment: the digest is that of its first `bytes` bytes. */
export type RolloutSeal = { readonly path: string; readonly bytes: number; readonly sha256: string };

/**
 * `intact`: exactly what was sealed. `appended`: the sealed part is unchanged and more follows, as
 * every further round does. `changed`: the sealed part is another, or shorter.
 */
export type RolloutCheck = "intact" | "appended" | "changed" | "missing";

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

/**
 * Compares a thread's rollout, wherever it now is, with a seal that was taken earlier. Where
 * archiving has left two files, the one that fits best answers.
 */
export async function checkRollout(
  codexHome: string,
  threadId: string,
  seal: RolloutSeal,
): Promise<RolloutCheck> {
  let best: RolloutCheck = "missing";
  for (const path of rolloutPaths(codexHome, threadId)) {
    const check = await checkFile(path, seal);
    if (check === "intact" || check === "appended") return check;
    if (check === "changed") best = check;
  }
  return best;
}

async function checkFile(path: string, seal: RolloutSeal): Promise<RolloutCheck> {
  try {
    const { size } = await stat(path);
    if (size < seal.bytes || (await prefixDigest(path, seal.bytes)) !== seal.sha256) return "changed";
    return size === seal.bytes ? "intact" : "appended";
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "missing";
    throw error;
  }
}

async function prefixDigest(path: string, bytes: number): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks(path, bytes)) hash.update(chunk);
  return hash.digest("hex");
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
