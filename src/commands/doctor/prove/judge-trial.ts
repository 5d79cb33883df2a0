import { clip, oneLine } from "#base/text.ts";
import { outcomeMeaning } from "#commands/why/outcome-meaning.ts";
import type { Trial } from "./run-trial.ts";

/** Whether the gate held back what it was to hold back, and why not. */
export type TrialVerdict =
  | { readonly kind: "armed"; readonly how: string }
  | { readonly kind: "not-armed"; readonly why: string };

/** A person waits for no stop as long as this, and the host's patience ends too. */
const SLOW_S = 30;
const SAID_LENGTH = 300;

/** Returns what a trial proves. Only what came back, what was sent and what is on record counts. */
export function judgeTrial({ stop: { fired }, receipt, shown }: Trial): TrialVerdict {
  if (fired.kind === "failed") return notArmed(fired.why);
  const { decision, systemMessage } = fired.answer;
  const said = systemMessage === undefined ? "" : `; it says: ${clip(oneLine(systemMessage), SAID_LENGTH)}`;
  if (receipt === undefined) {
    return decision === undefined && said === ""
      ? notArmed("the gate is off for it: it lets the stop through and leaves no record")
      : notArmed(`it left no record${said}`);
  }
  const { outcome } = receipt.receipt;
  if (outcome.kind !== "blocked" && outcome.kind !== "advised") {
    return notArmed(
      `the finding did not hold the stop back. ${outcomeMeaning(receipt.receipt).means}${said}`,
    );
  }
  if (!shown) return notArmed("it judged a change that no reviewer was shown");
  if (fired.seconds > SLOW_S) return notArmed(`it took ${Math.round(fired.seconds)} s for one line`);
  if (outcome.kind === "advised") return { kind: "armed", how: "it reviews and advises, as configured" };
  return decision === "block"
    ? { kind: "armed", how: "a change reached the reviewer, and its finding held the stop back" }
    : notArmed("its record says that the stop was held back, and the host was not told");
}

function notArmed(why: string): TrialVerdict {
  return { kind: "not-armed", why };
}
