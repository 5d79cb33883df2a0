import type { StopOutput } from "#claude/hook-output.ts";
import { failureOf } from "#commands/failure-of.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { failureMessage } from "#gate/failure/failure-message.ts";

/** Returns what the user reads of a stop that could not be recorded; `failure` is what it would have said. */
export function notOnRecord(error: unknown, failure?: Failure): StopOutput {
  const told = [failure, failureOf(error)].flatMap((one) => (one === undefined ? [] : [failureMessage(one)]));
  return {
    systemMessage: `Countersign: not reviewed, and not on record. ${told.join(" ")} The stop was let through, unsigned.`,
  };
}
