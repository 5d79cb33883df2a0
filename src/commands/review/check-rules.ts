import type { CheckRules } from "#gate/check-findings.ts";
import type { ReviewTask } from "./review-task.ts";

/** Returns by which rules findings are judged in this review, new and known ones. */
export function checkRules({ config, settled }: ReviewTask): CheckRules {
  return { blockSeverity: config.blockSeverity, settled };
}
