import { clip } from "#base/text.ts";
import { failureOf } from "#commands/failure-of.ts";
import { failureEvent } from "#commands/failure-words.ts";
import type { RunFailure, RunFailureKind } from "#gate/contract/run-failure.ts";
import type { Failure } from "#gate/failure/failure.ts";
import { failureDetail } from "#gate/failure/failure-message.ts";

const LONGEST_DETAIL = 600;

/**
 * What each way in which Codex, git or we ourselves can fail means for a run. A new kind does not compile
 * without a row.
 */
const KINDS: Record<Failure["kind"], RunFailureKind> = {
  "codex-missing": "codex_not_installed",
  "codex-unusable": "codex_unusable",
  "codex-too-old": "codex_too_old",

  "server-start-failed": "server_failed",
  "server-died": "server_failed",
  "server-draining": "server_failed",
  protocol: "server_failed",

  "usage-limit": "usage_limit",
  "rate-limit": "rate_limit",
  "not-signed-in": "not_signed_in",
  "model-not-found": "model_not_found",
  "context-too-large": "context_too_large",
  "provider-unreachable": "provider_unreachable",
  "provider-silent": "timeout",
  "provider-overloaded": "provider_overloaded",
  "stream-cut": "turn_failed",
  "request-refused": "turn_failed",
  "turn-failed": "turn_failed",
  "turn-interrupted": "cancelled",
  deadline: "timeout",
  "sandbox-unusable": "sandbox_unusable",
  "approval-asked": "approval_asked",

  // What completed and says nothing that could be used.
  "answer-empty": "turn_incomplete",
  "answer-not-json": "output_invalid",
  "answer-wrong-shape": "output_invalid",
  "answer-wrong-request": "output_invalid",
  "answer-contradicts-itself": "output_invalid",
  "reviewer-blind": "sandbox_unusable",
  "reviewer-wrote": "prohibited_change",
  "reviewer-unsandboxed": "sandbox_unusable",

  "git-missing": "bug",
  "git-failed": "bug",
  "git-timed-out": "bug",
  "lock-held": "record_unwritable",
  "disk-full": "record_unwritable",
  "state-unwritable": "record_unwritable",
  "state-corrupt": "record_unwritable",
  "bad-input": "bug",
  bug: "bug",
};

/** Returns why a run ended without having done what it was to do, for anything that was thrown. */
export function runFailureOf(error: unknown): RunFailure {
  return runFailure(failureOf(error));
}

/** Returns what a failure means for a run. */
export function runFailure(failure: Failure): RunFailure {
  const until = untilOf(failure);
  return {
    kind: KINDS[failure.kind],
    detail: clip(detailOf(failure), LONGEST_DETAIL),
    ...(until === undefined ? {} : { until }),
  };
}

/** Upstream's own words, where there are any. */
function detailOf(failure: Failure): string {
  if (failure.kind === "turn-interrupted") return "somebody else interrupted its turn";
  return failureDetail(failure) || failureEvent(failure, "command");
}

/** A time that no calendar holds is upstream's mistake. */
function untilOf(failure: Failure): string | undefined {
  const time =
    failure.kind === "usage-limit"
      ? failure.resetsAt
      : failure.kind === "rate-limit"
        ? failure.retryAt
        : undefined;
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
