import type { Outcome } from "#gate/stop/outcome.ts";
import { afterSnapshot, beforeSnapshot } from "#gate/stop/policy.ts";
import { awaited } from "./awaited.ts";
import { lookAtTree } from "./look-at-tree.ts";
import { treeHere } from "./mode-here.ts";
import { nothingOpen } from "./nothing-open.ts";
import { skippedMeanwhile } from "./skipped-meanwhile.ts";
import type { Ending, Seen, StopCase } from "./stop-case.ts";

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
  // What only a changed tree needs is a quarter of the code.
  const { reviewStop } = await import("./review-stop.ts");
  return await reviewStop(stop, { mode: before.mode, look: { ...look, baseline }, trace: seen }, signal);
}

/** What is done after the rounds are used up stays unsigned too, so that it has to be seen. */
async function endedEarly(stop: StopCase, outcome: Outcome, signal: AbortSignal): Promise<Ending> {
  const look = outcome.kind === "capped" ? await lookAtTree(stop, signal) : undefined;
  return look === undefined ? { outcome } : { outcome, look };
}
