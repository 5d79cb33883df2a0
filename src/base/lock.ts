import { randomUUID } from "node:crypto";
import { existsSync, statSync, utimesSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod/mini";
import { sha256 } from "./digest.ts";
import { Fault } from "./fault.ts";
import { claimName, readIfPresent, removeIfPresent } from "./files.ts";
import { JsonFault, parseJson } from "./json.ts";
import { identifyProcess, isAlive, isInView, ProcessIdentity } from "./process-identity.ts";

export type LockFailure = {
  readonly kind: "lock-held";
  readonly path: string;
  readonly by: number | undefined;
};

export class LockFault extends Fault<LockFailure> {
  override readonly name = "LockFault";
}

const FIRST_RETRY_MS = 5;
/** Of many that wait for one lock each looks less and less often: else they would take its holder's time. */
const LONGEST_RETRY_MS = 100;
const BEAT_MS = 5_000;
/** A holder that cannot be seen from here (a container, another machine) is given up after so long without a beat. */
const UNSEEN_AFTER_MS = 60_000;
/** A lock whose holder cannot be told (torn by a power cut) is given up after this long. */
const UNREADABLE_AFTER_MS = 10_000;

/** What a lock file says: who holds it, on which machine, and a word that no other lock has. */
const Holder = z.extend(ProcessIdentity, { host: z.optional(z.string()), nonce: z.optional(z.string()) });
type Holder = z.output<typeof Holder>;

/**
 * Runs `work` while holding the lock file, waiting for a living holder until `signal` fires.
 * A holder that has died loses the lock: the file names its process by pid and start time. One that
 * is stopped or hangs keeps it, for it may go on at any moment.
 *
 * @throws LockFault `lock-held` when `signal` fires first.
 */
export async function withLock<T>(path: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const own = ownText();
  let pause = FIRST_RETRY_MS;
  while (existsSync(path) || !claimName(path, own)) {
    if (breakDead(path, path)) continue;
    if (signal.aborted) throw new LockFault({ kind: "lock-held", path, by: holderIn(path)?.pid });
    // Not in step with others that wait.
    await delay(pause * (0.5 + Math.random()));
    pause = Math.min(LONGEST_RETRY_MS, pause * 1.5);
  }
  const beat = setInterval(() => refresh(path), BEAT_MS);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (readIfPresent(path) === own) removeIfPresent(path);
  }
}

/** Returns whether somebody holds the lock, as far as can be told from here. */
export function isLocked(path: string): boolean {
  const text = readIfPresent(path);
  return text !== undefined && !isAbandoned(path, text);
}

/** Returns whether a lock names who holds it. One that does not was damaged, for locks are written whole. */
export function namesHolder(path: string): boolean {
  return holderIn(path) !== undefined;
}

/**
 * Removes the lock of a dead holder. Who may do so is decided by a guard that is named after that very
 * lock: two who wait cannot remove each other's fresh lock, for that has another name. A guard left by
 * one who died is broken in the same way.
 */
function breakDead(path: string, lock: string): boolean {
  const text = readIfPresent(path);
  if (text === undefined || !isAbandoned(path, text)) return false;
  const guard = `${lock}.${sha256(text).slice(0, 12)}.breaking`;
  if (!claimName(guard, ownText())) {
    breakDead(guard, lock);
    return false;
  }
  try {
    return readIfPresent(path) === text && removeIfPresent(path);
  } finally {
    removeIfPresent(guard);
  }
}

function isAbandoned(path: string, text: string): boolean {
  const holder = parsed(text);
  if (holder === undefined) return isOlderThan(path, UNREADABLE_AFTER_MS);
  const seen = isInView(holder) && (holder.host === undefined || holder.host === hostname());
  return seen ? !isAlive(holder) : isOlderThan(path, UNSEEN_AFTER_MS);
}

/** A time that is yet to come was set before the clock was put back: no writer of now wrote it. */
function isOlderThan(path: string, milliseconds: number): boolean {
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return changed !== undefined && Math.abs(Date.now() - changed) > milliseconds;
}

function ownText(): string {
  const own = { ...identifyProcess(process.pid), host: hostname(), nonce: randomUUID() };
  return JSON.stringify({ schema: "countersign/lock/1", ...own });
}

/**
 * Tells those who cannot see this process that it still holds the lock. One beat that cannot be
 * written (the lock was taken away, the disk became read-only) ends nobody's work: this is called
 * by a timer, where what is thrown ends the whole process.
 */
function refresh(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    return;
  }
}

function holderIn(path: string): Holder | undefined {
  const text = readIfPresent(path);
  return text === undefined ? undefined : parsed(text);
}

function parsed(text: string): Holder | undefined {
  try {
    return parseJson(text, Holder);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
