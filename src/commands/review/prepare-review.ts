import type { DueReview, StopCase } from "#commands/stop/stop-case.ts";
import { isPartial } from "#gate/coverage.ts";
import { type Scope, type ShownScope, scopeOf } from "#gate/scope.ts";
import { readChange } from "#git/read-change.ts";
import type { Snapshot } from "#git/snapshot.ts";
import type { ReviewState } from "#runs/session.ts";

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
export async function prepareReview(
  stop: StopCase,
  { tree, snapshot, baseline }: DueReview["look"],
  signal: AbortSignal,
): Promise<PreparedReview> {
  const scopeBetween = async (before: Snapshot, after: Snapshot): Promise<Scope> =>
    scopeOf(await readChange(tree.store, before, after, signal), stop.config);
  const scope = await scopeBetween(baseline.snapshot, snapshot);
  const state = stop.session.review;
  if (state === undefined || scope.kind === "nothing-to-show") return { scope, earlier: undefined };
  const shownThen = await scopeBetween(baseline.snapshot, state.snapshot);
  const delta = await scopeBetween(state.snapshot, snapshot);
  const whole = shownThen.kind === "shown" && !isPartial(shownThen.coverage);
  return { scope, earlier: { state, delta: whole && delta.kind === "shown" ? delta : undefined } };
}
