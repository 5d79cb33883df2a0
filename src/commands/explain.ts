import { failureMessage } from "#gate/failure/failure-message.ts";
import { failureOf } from "./failure-of.ts";

/** Returns what happened and what to do next, in plain words, for anything that was thrown. */
export function explain(error: unknown): string {
  return failureMessage(failureOf(error));
}
