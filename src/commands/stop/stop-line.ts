import { isPartial } from "#gate/scope/coverage.ts";
import { scopeOf } from "#gate/scope/scope.ts";
import type { Outcome } from "#gate/stop/outcome.ts";
import { afterReview, afterSnapshot, beforeSnapshot } from "#gate/stop/policy.ts";
import { fingerprintOf } from "#git/fingerprint.ts";
import { awaited } from "./awaited.ts";
import { failedOutcome } from "./failed-outcome.ts";
import { lookAtTree } from "./look-at-tree.ts";
import { treeHere } from "./mode-here.ts";
import { nothingOpen } from "./nothing-open.ts";
import { reviewTaskOf } from "./review-task-of.ts";
import { skippedMeanwhile } from "./skipped-meanwhile.ts";
import { standingLook } from "./standing-look.ts";
import type { DueReview, Ending, Seen, StopCase } from "./stop-case.ts";

/**
 * One Stop as a line: decide, look, decide again, review, judge. `seen` is filled on the way, so
 * that a failure can still be recorded with the tree that it was about.
 *
 * @throws whatever the adapters throw, or `signal`'s reason.
 */
export async function stopLine(stop: StopCase, seen: Seen, signal: AbortSignal): Promise<Ending> {
  if (skippedMeanwhile(stop)) return { outcome: { kind: "joined" } };
  const before = beforeSnapshot(stop.config, {
    root: treeHere(stop),
    headless: stop.session.pinned.headless,
    runningTasks: awaited(stop).length,
    skipped: stop.session.skipNext !== undefined,
    rounds: stop.rounds,
    now: stop.call.askedAt.getTime(),
  });
  if (before.kind === "end") return await endedEarly(stop, before.outcome, signal);
  if (before.kind === "off") throw new Error("a stop that is off came to be decided");

  const look = await lookAtTree(stop, signal);
  if (look === undefined) return { outcome: { kind: "skipped", why: "no-vcs" } };
  seen.look = look;
  const after = afterSnapshot({
    fingerprint: look.fingerprint,
    baseline: look.baseline?.fingerprint,
    last: stop.session.seen.at(-1)?.fingerprint,
    decided: stop.session.decided,
  });
  const mended = after.kind === "end" && after.outcome.kind === "unresolved" && nothingOpen(stop, look);
  if (after.kind === "end" && !mended) {
    // Where the other hook took no baseline either, this one has to: what follows would not be reviewed.
    const joins = stop.meanwhile && look.baseline !== undefined;
    return { look, outcome: joins ? { kind: "joined" } : after.outcome };
  }
  const { baseline } = look;
  if (baseline === undefined) throw new Error("a review was decided on without a baseline");
  const due = await standingLook({ ...look, baseline }, signal);
  seen.look = due;
  return await reviewed(stop, { mode: before.mode, look: due, trace: seen }, signal);
}

/** What is done after the rounds are used up stays unsigned too, so that it has to be seen. */
async function endedEarly(stop: StopCase, outcome: Outcome, signal: AbortSignal): Promise<Ending> {
  const look = outcome.kind === "capped" ? await lookAtTree(stop, signal) : undefined;
  return look === undefined ? { outcome } : { outcome, look };
}

const NO_CHANGE = { files: [], opaque: [], rules: [] };

async function reviewed(stop: StopCase, due: DueReview, signal: AbortSignal): Promise<Ending> {
  const { mode, look } = due;
  const task = await reviewTaskOf(stop, due, signal);
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
