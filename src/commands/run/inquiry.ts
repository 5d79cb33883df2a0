import { errorCode, errorText } from "#base/fault.ts";
import { oneLine } from "#base/text.ts";
import { failureOf } from "#commands/failure-of.ts";
import { failureEvent } from "#commands/failure-words.ts";

/** What is found out about a run that is over: what of it cannot be had is a warning, and fails nothing. */
export type Inquiry = {
  readonly warnings: readonly string[];
  /** Returns what `work` does, or `otherwise` with a warning that begins with `what`. */
  readonly orWarn: <T>(what: string, work: Promise<T>, otherwise: T) => Promise<T>;
};

/** Returns an inquiry that has no warnings yet. */
export function inquiry(): Inquiry {
  const warnings: string[] = [];
  return {
    warnings,
    async orWarn(what, work, otherwise) {
      try {
        return await work;
      } catch (error) {
        warnings.push(`${what}: ${whyNot(error)}`);
        return otherwise;
      }
    },
  };
}

/** What the system refuses is not always ours: its own words say which file. */
function whyNot(error: unknown): string {
  if (errorCode(error) !== undefined) return oneLine(errorText(error));
  return failureEvent(failureOf(error), "command");
}
