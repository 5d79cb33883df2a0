import { statSync } from "node:fs";
import * as z from "zod/mini";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { findRollout } from "#codex/rollout/rollout.ts";
import { eventsFile } from "#runs/records/run-events.ts";
import type { StoredRun } from "#runs/records/run-files.ts";

/** A turn writes at every step: one that has not for so long is over, or waits for good. */
const GOES_ON_MS = 120_000;
/** Whoever runs a run gives a sign of life more often than that: what is written later is not its own doing. */
const SIGN_MS = 10_000;

/**
 * Returns whether the thread of a run that died was written to since, and just now: a turn on the shared
 * server outlives its client. The process of an exec run does not. `lastSign` is ISO 8601.
 */
export function threadGoesOn({ name, begun }: StoredRun, lastSign: string, now: Date): boolean {
  if (begun.kind === "exec") return false;
  const since = Math.max(Date.parse(lastSign) + SIGN_MS, now.getTime() - GOES_ON_MS);
  return threadsSeen(name.folder).some((threadId) => {
    const path = findRollout(begun.codexHome, threadId);
    return path !== undefined && changedAt(path) > since;
  });
}

/** Returns the threads that a run says that it worked on, as far as it came. */
export function threadsOf({ name, begun, ended }: StoredRun): readonly string[] {
  const said = ended === undefined ? threadsSeen(name.folder) : [];
  const rollouts = ended?.rollouts.map(({ threadId }) => threadId) ?? [];
  const all = [begun.resumes, ended?.threadId, ...rollouts, ...said];
  return [...new Set(all.filter((id): id is string => id !== null && id !== undefined))];
}

const ThreadEvent = z.looseObject({
  kind: z.literal("thread"),
  threadId: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,128}$/)),
});

function threadsSeen(folder: string): readonly string[] {
  const lines = eventsIn(folder).split("\n");
  return lines.filter((line) => line.includes('"thread"')).flatMap(threadIn);
}

/** Events are no evidence: where they cannot be read, nothing is known of the thread. */
function eventsIn(folder: string): string {
  try {
    return readIfPresent(eventsFile(folder)) ?? "";
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return "";
  }
}

/** A line that its writer did not come to end says nothing. */
function threadIn(line: string): readonly string[] {
  try {
    return [parseJson(line, ThreadEvent).threadId];
  } catch (error) {
    if (error instanceof JsonFault) return [];
    throw error;
  }
}

function changedAt(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch (error) {
    // It was moved to the archive just now, which ends a thread.
    if (errorCode(error) === "ENOENT") return 0;
    throw error;
  }
}
