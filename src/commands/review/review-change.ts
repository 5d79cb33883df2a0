import { askReviewer } from "./ask-reviewer.ts";
import { dueReviewer } from "./due-reviewer.ts";
import { findingsBefore } from "./findings-before.ts";
import { keyOf, knownVerdict } from "./known-verdict.ts";
import { prepareReview } from "./prepare-review.ts";
import type { Review } from "./review.ts";
import type { ReviewTask } from "./review-task.ts";

/**
 * Returns what comes of reviewing a change. The one that was reviewed before has the verdict that it
 * had; any other is shown to the reviewer, unless that one is not to be asked for now.
 *
 * @throws CodexFault, GitFault, or `signal`'s reason: then there was no completed turn.
 */
export async function reviewChange(task: ReviewTask, signal: AbortSignal): Promise<Review> {
  const prepared = await prepareReview(task, signal);
  const { scope, parts } = prepared;
  if (scope.kind === "nothing-to-show") return scope;
  const { coverage } = scope;
  const { options, reviewer, pause } = await dueReviewer(task, signal);
  const key = keyOf(task, coverage, options);
  const before = await findingsBefore(task, [scope], signal);
  const known = await knownVerdict(task, { key, coverage, parts, before });
  if (typeof known === "object") return known;
  task.trace.reviewer = reviewer;
  if (pause !== undefined) task.trace.pause = pause;
  if (pause !== undefined && !task.insists) return { kind: "paused", coverage, pause };
  return await askReviewer(task, { prepared, scope, options, key, notice: known }, signal);
}
