import { failureOf } from "./failure-of.ts";
import { failureWords, type Occasion } from "./failure-words.ts";

/**
 * Returns what happened and what to do next, in plain words, for anything that was thrown in a command. What
 * a stop says of the same is `failureMessage`.
 */
export function explain(error: unknown, occasion: Occasion = "command"): string {
  return failureWords(failureOf(error), occasion);
}
