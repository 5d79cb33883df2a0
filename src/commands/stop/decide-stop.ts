import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { withLock } from "#base/lock.ts";
import type { StopOutput } from "#claude/hook-output.ts";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { failureOf } from "#commands/failure-of.ts";
import { notOnRecord } from "#commands/hooks/not-on-record.ts";
import { modeOf } from "#commands/hooks/pinned-config.ts";
import { letThrough } from "#commands/hooks/refuse-stop.ts";
import { allowedTime, registeredTimeout } from "#commands/hooks/registered-deadline.ts";
import { startDelay } from "#commands/hooks/start-delay.ts";
import { watchHost } from "#commands/hooks/watch-host.ts";
import { decideTrees } from "./decide-trees.ts";
import { openStop } from "./open-stop.ts";
import type { StopOpening } from "./stop-case.ts";
import { stopDeadline } from "./stop-deadline.ts";

/** What opening may take, apart from the review. */
const OPEN_MS = 10_000;
/** What a hook that was ended does last, once its stop is on record: to interrupt a turn takes moments. */
const LAST_MS = 5_000;

/**
 * Decides about one Stop: looks, reviews where a review is due, puts the outcome on record, and
 * returns what the host is told. Stops of one session take turns, so that two registrations of
 * the hook cannot review the same change twice.
 */
export async function decideStop(
  asked: Omit<StopOpening, "beforeReview" | "awaitLast">,
): Promise<StopOutput> {
  const { input, pinned } = asked;
  const { pid } = readHostEnvironment(asked.call.environment);
  const host = watchHost(pid);
  const call = { ...asked.call, signal: AbortSignal.any([asked.call.signal, host.signal]) };
  const lock = join(call.locations.sessions, `${input.session_id}.stop.lock`);
  const wanted = pinned.config.deadlineSeconds;
  const deadline = stopDeadline({
    wanted,
    allow: () => allowedTime(registeredTimeout(call, input.cwd), wanted, startDelay(pid)),
    elapsed: () => performance.now() / 1_000,
  });
  const signal = AbortSignal.any([call.signal, deadline.signal]);
  const unfinished: Promise<unknown>[] = [];
  const awaitLast = (work: Promise<unknown>): void => void unfinished.push(work);
  let hasTurn = false;
  try {
    const opening = { ...asked, call, beforeReview: deadline.beforeReview, awaitLast };
    const take = (): Promise<StopOutput> => {
      hasTurn = true;
      return decide(opening, signal);
    };
    return await Promise.race([withLock(lock, take, signal), rejection(deadline.last)]);
  } catch (error) {
    if (hasTurn) return notOnRecord(error);
    // The one who has the turn holds the session's own record only for moments.
    const failure = call.signal.aborted ? ({ kind: "turn-interrupted" } as const) : failureOf(error);
    const undecided = { session: input.session_id, promptId: input.prompt_id ?? null, pinned, failure };
    return await letThrough(call, undecided, AbortSignal.any([deadline.last, AbortSignal.timeout(OPEN_MS)]));
  } finally {
    if (call.signal.aborted) await Promise.race([Promise.allSettled(unfinished), delay(LAST_MS)]);
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

/** The rest of what is under way ends with this process. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
