import type { ReviewTask } from "#commands/review/review-task.ts";
import { isGitFailed } from "#git/fault.ts";
import { dismissals } from "#runs/sessions/dismissals.ts";
import { intentOf } from "./intent.ts";
import { ownPart } from "./own-part.ts";
import type { DueReview, StopCase } from "./stop-case.ts";

/**
 * Returns what a stop puts to the reviewer: the session's own part of the change.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function reviewTaskOf(
  stop: StopCase,
  { look, trace }: Pick<DueReview, "look" | "trace">,
  signal: AbortSignal,
): Promise<ReviewTask> {
  const { call, config, input, session } = stop;
  const { baseline, leftOut, uncertain } = await ownPart(stop, look, look.baseline, signal);
  return {
    place: call,
    config,
    tree: look.tree,
    baseline,
    snapshot: look.snapshot,
    leftOut,
    uncertain,
    countedFrom: look.countedFrom,
    first: session.omitted,
    intent: await intentOf(stop, look, signal),
    claim: input.last_assistant_message,
    earlier: await earlierRound(stop, look, signal),
    ledger: session.ledger,
    dismissals: dismissals(call.locations, look.tree.repository.commonDirectory),
    insists: false,
    trace,
  };
}

/**
 * What others did since the round before is not new work of this session either. Where that state is
 * gone with the private object store, nothing can be told to be new: everything is shown again.
 */
async function earlierRound(
  stop: StopCase,
  look: DueReview["look"],
  signal: AbortSignal,
): Promise<ReviewTask["earlier"]> {
  const { review: state } = stop.session;
  if (state === undefined) return undefined;
  const since = { snapshot: state.snapshot, takenAt: state.at, why: "start" } as const;
  try {
    return { state, since: (await ownPart(stop, look, since, signal)).baseline };
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return { state, since: state.snapshot };
  }
}
