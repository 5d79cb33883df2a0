import { readReceipt, receiptNames } from "#runs/receipts/receipt-files.ts";
import type { StopCase } from "./stop-case.ts";

/** The host starts all hooks of a stop at once, and an agent comes to no other stop within this. */
const APART_MS = 3_000;

/**
 * Returns whether another hook of this same stop has let it through already because a person asked:
 * the word is used up by then, and must hold for every hook of the stop.
 *
 * @throws where the file system refuses.
 */
export function skippedMeanwhile({
  call,
  input,
  session,
}: Pick<StopCase, "call" | "input" | "session">): boolean {
  if (session.receipts.count === 0) return false;
  const since = new Date(call.askedAt.getTime() - APART_MS).toISOString();
  for (const name of receiptNames(call.locations, since)) {
    if (name.id < since.replace(/[-:.]/g, "")) return false;
    if (name.session !== session.session_id) continue;
    const read = readReceipt(name);
    if (!("receipt" in read)) continue;
    const { outcome, promptId } = read.receipt;
    const isSkipped = outcome.kind === "skipped" && outcome.why === "person-skipped";
    if (isSkipped && promptId === (input.prompt_id ?? null)) return true;
  }
  return false;
}
