import { join } from "node:path";
import { withLock } from "#base/lock.ts";
import type { StopOutput } from "#claude/hook-output.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { CodexFault } from "#codex/fault.ts";
import { notOnRecord } from "#commands/hooks/not-on-record.ts";
import { modeOf } from "#commands/hooks/pinned-config.ts";
import { watchHost } from "#commands/hooks/watch-host.ts";
import { decideTrees } from "./decide-trees.ts";
import { openStop } from "./open-stop.ts";
import type { StopOpening } from "./stop-case.ts";

/** What opening may take, apart from the review. */
const OPEN_MS = 10_000;

/**
 * Decides about one Stop: looks, reviews where a review is due, puts the outcome on record, and
 * returns what the host is told. Stops of one session take turns, so that two registrations of
 * the hook cannot review the same change twice.
 */
export async function decideStop(opening: StopOpening): Promise<StopOutput> {
  const { input, pinned } = opening;
  const host = watchHost(readHostEnvironment(opening.call.environment).pid);
  const call = { ...opening.call, signal: AbortSignal.any([opening.call.signal, host.signal]) };
  const lock = join(call.locations.sessions, `${input.session_id}.stop.lock`);
  const deadline = deadlineOf(pinned.config.deadlineSeconds);
  const signal = AbortSignal.any([call.signal, deadline.signal]);
  try {
    return await withLock(lock, () => decide({ ...opening, call }, signal), signal);
  } catch (error) {
    return notOnRecord(error);
  } finally {
    deadline.clear();
    host.clear();
  }
}

async function decide(opening: StopOpening, signal: AbortSignal): Promise<StopOutput> {
  const stop = await openStop(opening, AbortSignal.timeout(OPEN_MS));
  if (modeOf(stop.session) === "off") {
    return stop.notices.length === 0 ? {} : { systemMessage: stop.notices.join("\n") };
  }
  return await decideTrees(stop, signal);
}

/**
 * One deadline for waiting and reviewing together: it lies below the time that the host gives the
 * hook. A fault is its reason: whoever waits when it fires throws what the receipt should say.
 */
function deadlineOf(seconds: number): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const fault = new CodexFault({ kind: "deadline", seconds, waitingFor: "the review" });
  const timer = setTimeout(() => controller.abort(fault), seconds * 1_000);
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
