import type { Outcome } from "#gate/outcome.ts";
import { listReceipts } from "#runs/receipts.ts";
import type { StopCase } from "./stop-case.ts";

/**
 * Returns whether the stop before this one ended for the same lasting reason, so that the user
 * knows: a folder without a repository, or one that is not sent, stays so from stop to stop.
 */
export async function saidBefore({ call, session }: StopCase, outcome: Outcome): Promise<boolean> {
  if (outcome.kind !== "skipped" || (outcome.why !== "no-vcs" && outcome.why !== "not-sent")) return false;
  if (session.receipts.count === 0) return false;
  const { receipts } = await listReceipts(call.locations, { session: session.session_id, limit: 1 });
  const last = receipts[0]?.receipt.outcome;
  return last?.kind === "skipped" && last.why === outcome.why;
}
