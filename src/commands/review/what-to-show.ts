import type { PromptRound } from "#gate/prompt/prompt.ts";
import type { ShownScope } from "#gate/scope/scope.ts";
import type { Reviewer } from "./open-reviewer.ts";
import type { PreparedReview } from "./prepare-review.ts";

/** The prompt's scope comes first; the others were shown on this thread before. */
export type ShownToReviewer = {
  readonly scopes: readonly [ShownScope, ...ShownScope[]];
  readonly round: PromptRound;
};

/** A thread that could not be continued knows nothing: it is shown everything. */
export function whatToShow(
  { earlier }: PreparedReview,
  whole: ShownScope,
  { thread }: Reviewer,
): ShownToReviewer {
  if (earlier === undefined) return { scopes: [whole], round: { kind: "first" } };
  const round = { kind: "next", number: earlier.state.round + 1 } as const;
  if (earlier.delta === undefined || !thread.resumed) {
    return { scopes: [whole], round: { ...round, thread: "fresh" } };
  }
  return { scopes: [earlier.delta, whole], round: { ...round, thread: "continued" } };
}
