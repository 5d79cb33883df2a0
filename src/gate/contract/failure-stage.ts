import type { RunFailureKind } from "./run-failure.ts";

/**
 * How far a run had come when it failed. `before`: no turn was begun. `turn`: Codex's turn itself failed.
 * `after`: the turn was completed, and was not what was wanted. `anywhere`: it may have met the turn at its
 * very end. `ours`: nothing is known of what the run was to do.
 */
export type FailureStage = "before" | "turn" | "after" | "anywhere" | "ours";

/** Returns how far a run that failed so had come. */
export function stageOfFailure(kind: RunFailureKind): FailureStage {
  return STAGES[kind];
}

/** A new kind does not compile without a row. */
const STAGES: Record<RunFailureKind, FailureStage> = {
  contract_invalid: "before",
  input_missing: "before",
  codex_not_installed: "before",
  codex_unusable: "before",
  codex_too_old: "before",
  spawn_failed: "before",
  server_failed: "before",
  thread_unavailable: "before",
  thread_busy: "before",

  timeout: "anywhere",
  cancelled: "anywhere",
  killed: "anywhere",
  turn_failed: "turn",
  turn_incomplete: "anywhere",
  usage_limit: "turn",
  rate_limit: "turn",
  not_signed_in: "turn",
  model_not_found: "turn",
  context_too_large: "turn",
  provider_unreachable: "turn",
  provider_overloaded: "turn",
  sandbox_unusable: "anywhere",
  approval_asked: "anywhere",

  agent_refused: "after",
  no_tool_use: "after",
  command_missing: "after",
  tool_not_offered: "after",
  tool_forbidden: "after",
  artifact_missing: "after",
  artifact_empty: "after",
  artifact_unchanged: "after",
  artifact_wrong_kind: "after",
  artifact_outside: "after",
  output_invalid: "after",
  prohibited_change: "after",
  verification_failed: "after",

  record_unwritable: "ours",
  bug: "ours",
};
