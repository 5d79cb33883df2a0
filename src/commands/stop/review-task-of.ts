import type { ReviewTask } from "#commands/review/review-task.ts";
import { dismissals } from "#runs/dismissals.ts";
import { intentOf } from "./intent.ts";
import type { DueReview, StopCase } from "./stop-case.ts";

/**
 * Returns what a stop puts to the reviewer.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function reviewTaskOf(
  stop: StopCase,
  look: DueReview["look"],
  signal: AbortSignal,
): Promise<ReviewTask> {
  const { call, config, input, session } = stop;
  const { review } = session;
  return {
    place: call,
    config,
    tree: look.tree,
    baseline: look.baseline.snapshot,
    snapshot: look.snapshot,
    intent: await intentOf(stop, look, signal),
    claim: input.last_assistant_message,
    earlier: review && { state: review, since: review.snapshot },
    ledger: session.ledger,
    dismissals: dismissals(call.locations, look.tree.repository.commonDirectory),
  };
}
