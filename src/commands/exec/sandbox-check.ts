import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import type { RunCheck, SandboxMode } from "#runs/records/run-record.ts";

/** What a run's sandbox was, as Codex has it on record. */
export type SandboxCheck = {
  readonly checks: readonly RunCheck[];
  readonly failure: RunFailure | undefined;
};

/** From the smallest on. */
const BY_SIZE: readonly string[] = ["read-only", "workspace-write", "danger-full-access"];

/**
 * Returns whether the commands ran under no more rights than were asked for. Where nothing is on record
 * there is nothing to check: what was asked for stands in the command line that we gave.
 */
export function sandboxCheck(asked: SandboxMode, turn: TurnFacts | undefined): SandboxCheck {
  const used = turn?.sandboxPolicy;
  if (used === undefined) return { checks: [], failure: undefined };
  const size = BY_SIZE.indexOf(used);
  const holds = size >= 0 && size <= BY_SIZE.indexOf(asked);
  const detail = holds
    ? `${used}, as Codex has it on record`
    : `Codex has "${used}" on record, and ${asked} was asked for`;
  const failure: RunFailure | undefined = holds ? undefined : { kind: "sandbox_unusable", detail };
  return { checks: [{ name: "sandbox", holds, detail }], failure };
}
