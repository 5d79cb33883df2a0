import type { Pause } from "#gate/failure/pause.ts";
import { type Receipt, receiptHandle } from "#runs/receipts/receipt.ts";
import { readReceipt, receiptNames } from "#runs/receipts/receipt-files.ts";
import { listReceipts } from "#runs/receipts/receipts.ts";
import type { Ending, StopCase } from "./stop-case.ts";

/** Told further back than so many stops, the user is told once more. */
const LOOKED_BACK = 50;

/**
 * Returns whether this session's user knows already why nothing is reviewed. A folder without a
 * repository, or one that is not sent, stays so from stop to stop; a pause is told once.
 */
export async function saidBefore(stop: StopCase, { outcome, review }: Ending): Promise<boolean> {
  const { call, session } = stop;
  if (outcome.kind !== "skipped" || session.receipts.count === 0) return false;
  if (review?.kind === "paused") return wasTold(stop, review.pause);
  if (outcome.why !== "no-vcs" && outcome.why !== "not-sent") return false;
  const { receipts } = await listReceipts(call.locations, { session: session.session_id, limit: 1 });
  const last = receipts[0]?.receipt.outcome;
  return last?.kind === "skipped" && last.why === outcome.why;
}

/** By the failure that began the pause, or by an earlier stop that it let through. */
function wasTold({ call, session }: StopCase, pause: Pause): boolean {
  let looked = 0;
  for (const name of receiptNames(call.locations, session.started)) {
    if (name.session !== session.session_id) continue;
    const read = readReceipt(name);
    if ("receipt" in read && isAbout(read.receipt, pause, call.askedAt.getTime())) return true;
    looked += 1;
    if (looked === LOOKED_BACK) return false;
  }
  return false;
}

function isAbout(receipt: Receipt, pause: Pause, now: number): boolean {
  const { paused } = receipt;
  if (pause.kind === "breaker") {
    const opener = paused?.kind === "breaker" ? paused.receipt : receiptHandle(receipt);
    return opener === pause.receipt;
  }
  return paused?.kind === "budget" && paused.limit === pause.limit && paused.until > now;
}
