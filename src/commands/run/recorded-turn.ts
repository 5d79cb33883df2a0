import { clip } from "#base/text.ts";
import type { TurnFacts } from "#codex/rollout/turn-facts.ts";
import { redacted } from "#gate/redact/redact.ts";
import type { RunEnded } from "#runs/records/run-record.ts";

/** A record is kept for good: what is longer stands in the rollout. */
const MOST_COMMANDS = 200;
const LONGEST_COMMAND = 2_000;

/** Returns what Codex's own file says of how a turn ran, as a record keeps it. */
export function recordedSettings(
  turn: TurnFacts | undefined,
): Pick<RunEnded, "responseIds" | "model" | "effort" | "sandbox"> {
  return {
    responseIds: [...(turn?.responseIds ?? [])],
    model: turn?.model ?? null,
    effort: turn?.effort ?? null,
    sandbox: turn?.sandboxPolicy ?? null,
  };
}

type Command = { readonly command: string; readonly exitCode: number | undefined };

/** Returns a run's commands as a record keeps them: without secrets, clipped, and how many more there were. */
export function recordedCommands(
  commands: readonly Command[],
): Pick<RunEnded, "commands" | "commandsLeftOut"> {
  return {
    commands: commands.slice(0, MOST_COMMANDS).map(({ command, exitCode }) => ({
      command: clip(redacted(command).text, LONGEST_COMMAND),
      exitCode: exitCode ?? null,
    })),
    commandsLeftOut: Math.max(0, commands.length - MOST_COMMANDS),
  };
}
