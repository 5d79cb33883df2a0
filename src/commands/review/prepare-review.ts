import { isPartial } from "#gate/coverage.ts";
import { type Scope, type ShownScope, scopeOf } from "#gate/scope.ts";
import { readChange } from "#git/read-change.ts";
import type { Snapshot } from "#git/snapshot.ts";
import type { ReviewState } from "#runs/session.ts";
import type { ReviewTask } from "./review-task.ts";

/** What there is to show, before anyone is asked. */
export type PreparedReview = {
  /** The whole change since the last signature. */
  readonly scope: Scope;
  /** The round before, with what is new since where its thread may be continued with only that. */
  readonly earlier: { readonly state: ReviewState; readonly delta: ShownScope | undefined } | undefined;
};

/**
 * Reads the change and bounds it. A round before is continued only where the reviewer was shown
 * all of the change then: what was cut off at that time would otherwise never be shown.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function prepareReview(task: ReviewTask, signal: AbortSignal): Promise<PreparedReview> {
  const { tree, baseline, snapshot, earlier, config } = task;
  const scopeBetween = async (before: Snapshot, after: Snapshot): Promise<Scope> =>
    scopeOf(await readChange(tree.store, before, after, signal), config);
  const scope = await scopeBetween(baseline, snapshot);
  if (earlier === undefined || scope.kind === "nothing-to-show") return { scope, earlier: undefined };
  const { state, since } = earlier;
  const shownThen = await scopeBetween(baseline, since);
  const delta = await scopeBetween(since, snapshot);
  const whole = shownThen.kind === "shown" && !isPartial(shownThen.coverage);
  return { scope, earlier: { state, delta: whole && delta.kind === "shown" ? delta : undefined } };
}
