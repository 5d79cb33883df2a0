import { isPartial } from "#gate/scope/coverage.ts";
import { scopeOf } from "#gate/scope/scope.ts";
import { afterReview } from "#gate/stop/policy.ts";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import { failedOutcome } from "./failed-outcome.ts";
import { reviewTaskOf } from "./review-task-of.ts";
import { standingLook } from "./standing-look.ts";
import type { DueReview, Ending, StopCase } from "./stop-case.ts";

const NO_CHANGE = { files: [], opaque: [], rules: [] };

/**
 * The rest of a stop's line, for a tree that changed: whose change it is, the review of it, and what the
 * verdict comes to.
 *
 * @throws whatever the adapters throw, or `signal`'s reason.
 */
export async function reviewStop(
  stop: StopCase,
  { mode, look: given, trace }: DueReview,
  signal: AbortSignal,
): Promise<Ending> {
  const look = await standingLook(given, signal);
  trace.look = look;
  const task = await reviewTaskOf(stop, { look, trace }, signal);
  // What was undone back to the commit that stands in for the baseline is nobody else's for that.
  if (look.countedFrom === undefined && fingerprintOf(task.baseline) === look.fingerprint) {
    const coverage = scopeOf(NO_CHANGE, { ...stop.config, leftOut: [...task.leftOut] }).coverage;
    const review = { kind: "nothing-to-show", coverage } as const;
    return { look, review, outcome: { kind: "skipped", why: "anothers" } };
  }
  stop.beforeReview();
  // A third of the code, which only a review needs.
  const { reviewChange } = await import("#commands/review/review-change.ts");
  const review = await reviewChange(task, signal);
  switch (review.kind) {
    case "nothing-to-show": {
      const why = isPartial(review.coverage) ? "nothing-to-show" : "unchanged";
      return { look, review, outcome: { kind: "skipped", why } };
    }
    case "paused": {
      const why = review.pause.kind === "breaker" ? "paused" : "budget";
      return { look, review, outcome: { kind: "skipped", why } };
    }
    case "no-verdict":
      return { look, review, failure: review.failure, outcome: failedOutcome(stop, review.failure) };
    case "known":
    case "verdict": {
      const facts = { mode, rounds: stop.rounds, partial: isPartial(review.coverage) };
      const outcome = afterReview(review.verdict, stop.config, facts);
      return { look, review, outcome, from: task.baseline };
    }
  }
}
