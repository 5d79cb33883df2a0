import { performance } from "node:perf_hooks";
import { readHostEnvironment } from "#claude/host-environment.ts";
import { startDelay } from "#commands/hooks/start-delay.ts";
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
  const since = new Date(startedAt(call) - APART_MS).toISOString();
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

/** When the host started this hook (epoch milliseconds): on a machine under load long before it is asked. */
function startedAt({ environment, askedAt }: StopCase["call"]): number {
  const began = performance.timeOrigin - startDelay(readHostEnvironment(environment).pid) * 1_000;
  return Math.min(began, askedAt.getTime());
}
