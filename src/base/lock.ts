import { existsSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Fault } from "./fault.ts";
import { readIfPresent, removeIfPresent, writeOnce } from "./files.ts";
import { JsonFault, parseJson } from "./json.ts";
import { identifyProcess, isAlive, ProcessIdentity } from "./process-identity.ts";

export type LockFailure = {
  readonly kind: "lock-held";
  readonly path: string;
  readonly by: number | undefined;
};

export class LockFault extends Fault<LockFailure> {
  override readonly name = "LockFault";
}

const RETRY_MS = 10;
/** A lock whose holder cannot be told (torn by a crash) is given up after this long. */
const UNREADABLE_AFTER_MS = 10_000;

/**
 * Runs `work` while holding the lock file, waiting for a living holder until `signal` fires.
 * A holder that has died loses the lock: the file names its process by pid and start time.
 *
 * @throws LockFault `lock-held` when `signal` fires first.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const own = JSON.stringify(identifyProcess(process.pid));
  while (existsSync(path) || !writeOnce(path, own)) {
    if (breakDeadLock(path)) continue;
    if (signal.aborted) throw new LockFault({ kind: "lock-held", path, by: holder(path)?.pid });
    await delay(RETRY_MS);
  }
  try {
    return await work();
  } finally {
    if (readIfPresent(path) === own) removeIfPresent(path);
  }
}

/**
 * Removes the lock of a dead holder. The removal itself is guarded by a second write-once file,
 * so that two waiters cannot remove each other's fresh lock.
 */
function breakDeadLock(path: string): boolean {
  if (!isAbandoned(path)) return false;
  const guard = `${path}.breaking`;
  if (!writeOnce(guard, JSON.stringify(identifyProcess(process.pid)))) {
    if (isAbandoned(guard)) removeIfPresent(guard);
    return false;
  }
  try {
    return isAbandoned(path) && removeIfPresent(path);
  } finally {
    removeIfPresent(guard);
  }
}

function isAbandoned(path: string): boolean {
  const owner = holder(path);
  if (owner !== undefined) return !isAlive(owner);
  const age = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return age !== undefined && Date.now() - age > UNREADABLE_AFTER_MS;
}

function holder(path: string): ProcessIdentity | undefined {
  const text = readIfPresent(path);
  if (text === undefined) return undefined;
  try {
    return parseJson(text, ProcessIdentity);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
