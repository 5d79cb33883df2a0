import type { StopOutput } from "#claude/hook-output.ts";
import { type BlockCause, blockReason } from "./block-reason.ts";
import type { Outcome } from "./outcome.ts";
import { heldMessage, passMessage } from "./stop-message.ts";
import type { StopReport, StopSettings } from "./stop-report.ts";

/**
 * Returns what the hook prints for an outcome. This is the only place that can hold a stop back, and
 * it needs a cause for it: an outcome that says `blocked` without findings that count is let through.
 */
export function stopOutput(outcome: Outcome, report: StopReport, settings: StopSettings): StopOutput {
  const cause = blockCause(outcome, report);
  if (cause !== undefined) return block(cause, heldMessage(cause, report));
  const systemMessage = passMessage(outcome, report, settings);
  return systemMessage === undefined ? {} : { systemMessage };
}

function block(cause: BlockCause, systemMessage: string): StopOutput {
  return { decision: "block", reason: blockReason(cause), systemMessage };
}

function blockCause(outcome: Outcome, { review, failure, receipt }: StopReport): BlockCause | undefined {
  if (outcome.kind === "blocked" && review?.verdict.kind === "block") {
    const { findings } = review.verdict;
    return { kind: "findings", findings, round: outcome.round, of: outcome.of, review, receipt };
  }
  if (outcome.kind === "failed" && outcome.blocked && failure !== undefined)
    return { kind: "failure", failure };
  return undefined;
}
