import { failureOf } from "#commands/failure-of.ts";
import { failedOutcome } from "./failed-outcome.ts";
import type { Ending, Look, StopCase } from "./stop-case.ts";
import { stopLine } from "./stop-line.ts";

/** Returns how a stop ends for the tree that it is about. What is thrown on the way is an ending too. */
export async function endingOf(stop: StopCase, signal: AbortSignal): Promise<Ending> {
  const seen: { look?: Look } = {};
  try {
    return await stopLine(stop, seen, signal);
  } catch (error) {
    return thrownEnding(stop, error, seen);
  }
}

/** Returns the ending that a throw makes, about the tree as far as that was seen. */
export function thrownEnding(stop: StopCase, error: unknown, seen: { readonly look?: Look } = {}): Ending {
  const failure = stop.call.signal.aborted ? ({ kind: "turn-interrupted" } as const) : failureOf(error);
  return { ...seen, failure, outcome: failedOutcome(stop, failure) };
}
