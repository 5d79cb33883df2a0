import { errorCode } from "#base/fault.ts";
import { CodexFault } from "#codex/fault.ts";
import { failureOf } from "#commands/failure-of.ts";
import { GitFault, isGitFailed } from "#git/fault.ts";
import { storeAt } from "#git/store/nested-stores.ts";
import { removeTornObjects } from "#git/store/torn-objects.ts";
import { failedOutcome } from "./failed-outcome.ts";
import type { Ending, Seen, StopCase } from "./stop-case.ts";
import { stopLine } from "./stop-line.ts";

/**
 * Returns how a stop ends for the tree that it is about. A hook that the host ends is killed soon after:
 * that it was ended is returned at once, and what is under way then is left to `awaitLast`.
 */
export async function endingOf(stop: StopCase, signal: AbortSignal): Promise<Ending> {
  const seen: Seen = {};
  const work = endingOfAll(stop, seen, signal);
  stop.awaitLast(work);
  const ended = aborted(stop.call.signal);
  return await Promise.race([work, ended.then((error) => thrownEnding(stop, error, seen))]);
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    else signal.addEventListener("abort", () => resolve(signal.reason), { once: true });
  });
}

/**
 * What is thrown on the way is an ending too, but for what a power cut did to the private object store:
 * that is mended, and decided about once more.
 */
async function endingOfAll(stop: StopCase, seen: Seen, signal: AbortSignal): Promise<Ending> {
  try {
    return await decided(stop, seen, signal);
  } catch (error) {
    if (!isMended(stop, seen, error)) return thrownEnding(stop, cutShort(error, signal), seen);
  }
  const again: Seen = {};
  try {
    return await decided(stop, again, signal);
  } catch (error) {
    return thrownEnding(stop, cutShort(error, signal), again);
  }
}

/** Git knows only that it was ended. Where the host gives the hook too little time, that is told, and what to set instead. */
function cutShort(error: unknown, { reason }: { readonly reason: unknown }): unknown {
  if (!(error instanceof GitFault) || error.failure.kind !== "git-timed-out") return error;
  if (!(reason instanceof CodexFault) || reason.failure.kind !== "deadline") return error;
  const { failure } = reason;
  return failure.detail === undefined
    ? error
    : new CodexFault({ ...failure, waitingFor: error.failure.command });
}

async function decided(stop: StopCase, seen: Seen, signal: AbortSignal): Promise<Ending> {
  const ending = await stopLine(stop, seen, signal);
  return { ...reviewerOf(seen), ...ending };
}

/** Nobody is asked twice about one change: after a reviewer was asked, the next stop is the one to go on. */
function isMended({ session }: StopCase, { look, reviewer }: Seen, error: unknown): boolean {
  const place = look?.tree.store.directory ?? session.baseline?.store;
  if (!isGitFailed(error) || place === undefined) return false;
  try {
    return removeTornObjects(storeAt(place)) > 0 && reviewer === undefined;
  } catch (fault) {
    if (errorCode(fault) === undefined) throw fault;
    return false;
  }
}

/** Returns the ending that a throw makes, about the tree as far as that was seen. */
export function thrownEnding(stop: StopCase, error: unknown, seen: Seen = {}): Ending {
  const failure = stop.call.signal.aborted ? ({ kind: "turn-interrupted" } as const) : failureOf(error);
  const { look } = seen;
  const found = look === undefined ? {} : { look };
  return { ...found, ...reviewerOf(seen), failure, outcome: failedOutcome(stop, failure) };
}

function reviewerOf({ reviewer }: Seen): Pick<Ending, "reviewer"> {
  return reviewer === undefined ? {} : { reviewer };
}
