import type { ThreadEvidence } from "#codex/thread/thread-evidence.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import type { RunBegun, RunCheck, RunEnded } from "#runs/records/run-record.ts";
import type { SeenCommand } from "./seen-commands.ts";

/** All that is known of a turn when it is over. */
export type JudgedTurn = {
  readonly kind: RunBegun["kind"];
  readonly asked: RunBegun["asked"]["sandbox"];
  readonly needsLook: boolean;
  /** Why it did not come to an end of its own; absent where Codex says that it was completed. */
  readonly broken: RunFailure | undefined;
  readonly commands: readonly SeenCommand[];
  /** Tools outside of any sandbox that it called. */
  readonly foreignTools: readonly string[];
  readonly answer: string | undefined;
  readonly evidence: ThreadEvidence;
  readonly changed: RunEnded["changed"];
  /** Why the answer is none, where its form or its content says so. */
  readonly unusable: RunFailure | undefined;
};

export type TurnJudgement = Pick<RunEnded, "outcome" | "checks">;

/**
 * Returns whether a run did what it was to do, and what was looked at for that. Its own words decide
 * nothing.
 */
export function judgeTurn(judged: JudgedTurn): TurnJudgement {
  const checks = checksOf(judged);
  const failure = judged.broken ?? failureOf(judged);
  return { checks, outcome: failure === undefined ? { kind: "succeeded" } : { kind: "failed", failure } };
}

/** In the order of what explains the rest. */
function failureOf(judged: JudgedTurn): RunFailure | undefined {
  const { commands, answer, needsLook, unusable } = judged;
  const escaped = otherRights(judged);
  if (escaped !== undefined) return { kind: "sandbox_unusable", detail: escaped };
  if (commands.length > 0 && commands.every(({ sandboxFailed }) => sandboxFailed)) {
    const detail = `the sandbox could not start, so that none of ${commands.length} commands ran`;
    return { kind: "sandbox_unusable", detail };
  }
  if (answer === undefined || answer.trim() === "") {
    return { kind: "turn_incomplete", detail: "the turn was completed without a final message" };
  }
  if (needsLook && !looked(judged)) {
    return {
      kind: "no_tool_use",
      detail: "it ran no command that worked, so that it saw nothing of the change",
    };
  }
  return unusable;
}

/** Returns how what ran had other rights than were asked for, where Codex's own record says so. */
function otherRights({ asked, evidence, commands }: JudgedTurn): string | undefined {
  const outside = commands.find(({ outsideSandbox }) => outsideSandbox);
  if (outside !== undefined) return `a command ran outside of any sandbox: ${outside.command}`;
  const policy = evidence.turn?.sandboxPolicy;
  return policy === undefined || policy === asked
    ? undefined
    : `it ran with "${policy}" where "${asked}" was asked for`;
}

/** Exit code 1 is an answer (`grep` and `diff` say "none" with it), above is not. */
function looked({ commands, foreignTools }: JudgedTurn): boolean {
  const saw = commands.some(({ exitCode, sandboxFailed }) => !sandboxFailed && (exitCode ?? 2) < 2);
  return saw || foreignTools.length > 0;
}

function checksOf(judged: JudgedTurn): RunCheck[] {
  const { broken, answer, asked, evidence, changed, needsLook, commands } = judged;
  const [rollout] = evidence.rollouts;
  const policy = evidence.turn?.sandboxPolicy;
  return [
    check("turn-completed", broken === undefined, broken?.detail ?? "Codex says so"),
    check("final-message", answer !== undefined && answer.trim() !== "", `${answer?.length ?? 0} characters`),
    check("rollout", rollout !== undefined, rollout?.seal.path ?? "the thread left none"),
    ...(policy === undefined ? [] : [check("sandbox", policy === asked, policy)]),
    ...(needsLook ? [check("looked-at-the-change", looked(judged), `${commands.length} commands`)] : []),
    ...(asked === "read-only" && changed !== null
      ? [check("work-tree-unchanged", changed.length === 0, changedText(changed))]
      : []),
  ];
}

/** It may have been somebody else's work meanwhile: it is shown, and fails nothing. */
function changedText(changed: NonNullable<RunEnded["changed"]>): string {
  const [first, ...others] = changed.map(({ path }) => path);
  if (first === undefined) return "as before";
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `changed while it ran, by it or by somebody else: ${first}${more}`;
}

function check(name: string, holds: boolean, detail: string): RunCheck {
  return { name, holds, detail };
}
