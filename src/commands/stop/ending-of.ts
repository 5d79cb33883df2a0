import { failureOf } from "#commands/failure-of.ts";
import { failedOutcome } from "./failed-outcome.ts";
import type { Ending, Seen, StopCase } from "./stop-case.ts";
import { stopLine } from "./stop-line.ts";

/** Returns how a stop ends for the tree that it is about. What is thrown on the way is an ending too. */
export async function endingOf(stop: StopCase, signal: AbortSignal): Promise<Ending> {
  const seen: Seen = {};
  try {
    const ending = await stopLine(stop, seen, signal);
    return { ...reviewerOf(seen), ...ending };
  } catch (error) {
    return thrownEnding(stop, error, seen);
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
