import type { ExecEnd, ExecRun } from "#codex/exec/codex-exec.ts";
import type { ExecSeen } from "#codex/exec/exec-seen.ts";
import type { CodexFailure } from "#codex/fault.ts";
import { turnFailure } from "#codex/turn/turn-failure.ts";
import { type ExecEvidence, errorInfo } from "#commands/exec/record/exec-evidence.ts";
import { type RanCommand, ranCommands } from "#commands/exec/record/ran-commands.ts";
import { runFailure } from "#commands/run/run-failure-of.ts";
import type { RunFailure } from "#gate/contract/run-failure.ts";
import type { RunReport, ToolUse } from "#gate/contract/run-seen.ts";

/**
 * Returns what Codex reported of a run, with the reason why its turn failed as precisely as it is known.
 * `allowed` is what the contract lets be used.
 */
export function execReport(
  { seen, end }: ExecRun,
  { turn }: ExecEvidence,
  allowed: readonly string[],
): RunReport {
  const ran = ranCommands(seen.commands, turn?.commands);
  const failure = failureOf(end, turn);
  const blind = seen.commands.length > 0 && seen.commands.every(({ sandboxFailed }) => sandboxFailed);
  const blindness: RunFailure = {
    kind: "sandbox_unusable",
    detail: "no command could be run, for Codex's sandbox cannot start here",
  };
  const early = failure ?? (blind ? blindness : undefined);
  return {
    threadId: seen.threadId,
    end: early === undefined ? { kind: "completed" } : { kind: "failed", failure: early },
    uses: usesOf({ seen, ran }, turn, allowed),
    commands: ran.map(({ command, exitCode }) => ({ command, exitCode })),
    answer: seen.turn === "completed" ? seen.message : undefined,
  };
}

type Acted = { readonly seen: ExecSeen; readonly ran: readonly RanCommand[] };

/** A call of which neither an event nor a command tells was still one: somebody who tried in vain did not refuse. */
function usesOf(
  { seen, ran }: Acted,
  turn: ExecEvidence["turn"],
  allowed: readonly string[],
): readonly ToolUse[] {
  const told = [
    ...ran.map(({ exitCode }): ToolUse => {
      return { tool: "shell", state: exitCode === undefined ? "unfinished" : "done" };
    }),
    ...seen.edits.map(({ over, state }): ToolUse => ({ tool: "edit", state: stateOf(over, state) })),
    ...seen.tools.map(({ over, state, name }): ToolUse => ({ tool: name, state: stateOf(over, state) })),
  ];
  if (told.length > 0 || !turn?.toolCalls || !allowed.includes("shell")) return told;
  return [{ tool: "shell", state: "failed" }];
}

/** A search of the web has no word for how it ended. */
function stateOf(over: boolean, state: string): ToolUse["state"] {
  if (!over) return "unfinished";
  return state === "failed" || state === "declined" ? "failed" : "done";
}

/** The file of the thread says more of a failed turn than the events do (since 0.169). */
function failureOf(end: ExecEnd, turn: ExecEvidence["turn"]): RunFailure | undefined {
  switch (end.kind) {
    case "completed":
      return undefined;
    case "failed":
      return runFailure(onRecord(turn) ?? end.failure);
    case "deadline": {
      const { seconds, trouble } = end;
      if (trouble === undefined) return { kind: "timeout", detail: `it was ended after ${seconds} s` };
      const { detail, ...failure } = runFailure(trouble);
      return { ...failure, detail: `${detail} (so it was until it was ended after ${seconds} s)` };
    }
    case "cancelled":
      return { kind: "cancelled", detail: end.detail };
    case "killed":
      return { kind: "killed", detail: `codex was ended by ${end.signal}, not by us` };
    case "incomplete":
      return { kind: "turn_incomplete", detail: `codex told no end of its turn: ${end.detail}` };
    case "refused":
      return { kind: "codex_unusable", detail: `codex began no thread: ${end.detail}` };
    case "not-started":
      return { kind: "spawn_failed", detail: end.detail };
  }
}

function onRecord(turn: ExecEvidence["turn"]): CodexFailure | undefined {
  if (turn?.end.kind !== "failed") return undefined;
  const { detail: message, reason } = turn.end;
  const failure = turnFailure({ message, codexErrorInfo: errorInfo(reason) }, Date.now());
  return failure.kind === "turn-failed" ? undefined : failure;
}
