import * as z from "zod/mini";

/**
 * Every way in which a run can end without having done what it was to do. The names are a part of
 * `--json` and of the records.
 */
export const RunFailureKind = z.enum([
  // It did not begin.
  "contract_invalid",
  "input_missing",
  "codex_not_installed",
  "codex_unusable",
  "codex_too_old",
  "spawn_failed",
  "server_failed",
  "thread_unavailable",
  "thread_busy",
  // It did not come to its end.
  "timeout",
  "cancelled",
  "killed",
  "turn_failed",
  "turn_incomplete",
  "usage_limit",
  "rate_limit",
  "not_signed_in",
  "model_not_found",
  "context_too_large",
  "provider_unreachable",
  "provider_overloaded",
  "sandbox_unusable",
  "approval_asked",
  // It came to its end, and did not do it.
  "agent_refused",
  "no_tool_use",
  "command_missing",
  "tool_not_offered",
  "tool_forbidden",
  "artifact_missing",
  "artifact_empty",
  "artifact_unchanged",
  "artifact_wrong_kind",
  "artifact_outside",
  "output_invalid",
  "prohibited_change",
  "verification_failed",
  // Ours.
  "record_unwritable",
  "bug",
]);
export type RunFailureKind = z.output<typeof RunFailureKind>;

/** Why a run did not do what it was to do. `detail` is one line: what was seen, in the words of whoever said it. */
export const RunFailure = z.strictObject({
  kind: RunFailureKind,
  detail: z.string(),
  /** When the provider will answer again, as ISO 8601 in UTC, where it said so. */
  until: z.optional(z.iso.datetime()),
});
export type RunFailure = z.output<typeof RunFailure>;
