import { clip, oneLine } from "#base/text.ts";
import { reviewerDigest } from "#codex/reviewer-digest.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import { failureOf } from "#commands/failure-of.ts";
import { failureMessage } from "#gate/failure/failure-message.ts";
import { ledgerAfter } from "#gate/ledger/ledger-after.ts";
import type { Coverage } from "#gate/scope/coverage.ts";
import { keptVerdict } from "#gate/verdict/kept-verdict.ts";
import { type VerdictKey, verdictKey } from "#gate/verdict/verdict-key.ts";
import type { Locations } from "#runs/locations.ts";
import type { Receipt } from "#runs/receipts/receipt.ts";
import { readReceipt, receiptNamed } from "#runs/receipts/receipt-files.ts";
import { type KeptVerdict, keepVerdict, readVerdict } from "#runs/receipts/verdict-file.ts";
import type { FindingsBefore } from "./findings-before.ts";
import type { KnownVerdict, Review } from "./review.ts";
import type { ReviewTask } from "./review-task.ts";

const LONGEST_ID = 200;

/** Returns the name of everything that a verdict on this change belongs to. */
export function keyOf(task: ReviewTask, coverage: Coverage, options: ServerOptions): VerdictKey {
  const { baseline, snapshot, config } = task;
  const reviewer = reviewerDigest(options, config);
  // Whose else work there was is in the baseline, and so is what stands in for it; that it is named
  // differs from session to session.
  const { countedFrom, ...shown } = coverage;
  const own = { ...shown, leftOut: [], uncertain: [] };
  return verdictKey({ baseline, snapshot, coverage: own, reviewer, instructions: config.instructions });
}

/**
 * Returns the verdict that exactly this change had before, in whichever session, or `undefined`.
 * One that cannot be read any more is out of the way afterwards: what to tell of it is returned.
 *
 * @throws StateFault where the file system refuses.
 */
export async function knownVerdict(
  task: ReviewTask,
  {
    key,
    coverage,
    parts,
    before,
  }: Pick<KnownVerdict, "coverage" | "parts"> & { readonly key: VerdictKey; readonly before: FindingsBefore },
): Promise<KnownVerdict | string | undefined> {
  const found = await readVerdict(task.place.locations, key);
  if (found.kind === "none" || found.kind === "newer") return undefined;
  if (found.kind === "set-aside") {
    return `Countersign: a kept verdict could not be read and was set aside as ${found.path}; the change is reviewed anew.`;
  }
  if (!hasReceipt(task.place.locations, found.verdict)) {
    return `Countersign: a verdict on exactly this change is kept, but the review that it is of (${clip(oneLine(found.verdict.receipt), LONGEST_ID)}) is on no record. It was not taken; the change is reviewed anew.`;
  }
  const judged = keptVerdict(found.verdict.findings, before.rules);
  const round = (task.earlier?.state.round ?? 0) + 1;
  const ledger = ledgerAfter(before.ledger, { checked: judged.findings, standing: before.standing, round });
  return { kind: "known", coverage, parts, ...judged, ledger, from: found.verdict };
}

/** A receipt stands before its verdict does, and goes after it: a verdict without one is nobody's. */
function hasReceipt(
  locations: Locations,
  { receipt: id, session, decision, findings }: KeptVerdict,
): boolean {
  const name = receiptNamed(locations, id);
  const read = name === undefined ? undefined : readReceipt(name);
  return (
    read !== undefined &&
    "receipt" in read &&
    read.receipt.session === session &&
    read.receipt.review?.decision === decision &&
    read.receipt.findings.length === findings.length
  );
}

/**
 * Keeps a new verdict under its key, once its receipt is on record. Where that fails nothing is lost
 * but the next call: what the user should know of it is returned.
 */
export async function rememberVerdict(
  locations: Locations,
  review: Review | undefined,
  { id, session, at }: Pick<Receipt, "id" | "session" | "at">,
): Promise<readonly string[]> {
  if (review?.kind !== "verdict") return [];
  const { findings, ...kept } = review.keep;
  try {
    await keepVerdict(locations, { ...kept, findings: [...findings], receipt: id, session, at });
    return [];
  } catch (error) {
    const what = failureMessage(failureOf(error));
    return [`Countersign: this verdict could not be kept for whoever brings the same change again. ${what}`];
  }
}
