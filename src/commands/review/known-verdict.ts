import { reviewerDigest } from "#codex/reviewer-digest.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import type { Coverage } from "#gate/coverage.ts";
import { keptVerdict } from "#gate/kept-verdict.ts";
import { type VerdictKey, verdictKey } from "#gate/verdict-key.ts";
import type { Locations } from "#runs/locations.ts";
import type { Receipt } from "#runs/receipt.ts";
import { keepVerdict, readVerdict } from "#runs/verdict-file.ts";
import { checkRules } from "./check-rules.ts";
import type { KnownVerdict, Review } from "./review.ts";
import type { ReviewTask } from "./review-task.ts";

/** Returns the name of everything that a verdict on this change belongs to. */
export function keyOf(task: ReviewTask, coverage: Coverage, options: ServerOptions): VerdictKey {
  const { baseline, snapshot, config } = task;
  const reviewer = reviewerDigest(options, config);
  return verdictKey({ baseline, snapshot, coverage, reviewer, instructions: config.instructions });
}

/**
 * Returns the verdict that exactly this change had before, in whichever session, or `undefined`.
 * One that cannot be read any more is out of the way afterwards, and the change is reviewed.
 *
 * @throws StateFault where the file system refuses.
 */
export async function knownVerdict(
  task: ReviewTask,
  coverage: Coverage,
  key: VerdictKey,
): Promise<KnownVerdict | undefined> {
  const found = await readVerdict(task.place.locations, key);
  if (found.kind !== "kept") return undefined;
  const judged = keptVerdict(found.verdict.findings, checkRules(task));
  return { kind: "known", coverage, ...judged, from: found.verdict };
}

/**
 * Keeps a new verdict under its key, once its receipt is on record.
 *
 * @throws StateFault where the file system refuses.
 */
export async function rememberVerdict(
  locations: Locations,
  review: Review | undefined,
  { id, session, at }: Pick<Receipt, "id" | "session" | "at">,
): Promise<void> {
  if (review?.kind !== "verdict") return;
  const { findings, ...kept } = review.keep;
  await keepVerdict(locations, { ...kept, findings: [...findings], receipt: id, session, at });
}
