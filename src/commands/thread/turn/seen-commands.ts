import { shellLine } from "#base/shell-words.ts";
import type { RolloutCommand, TurnFacts } from "#codex/rollout/turn-facts.ts";
import type { TurnCommand } from "#codex/turn/turn-command.ts";
import type { TurnRecord } from "#codex/turn/turn-record.ts";

/** One command of a run. `exitCode` is absent where it was not seen to end. */
export type SeenCommand = Pick<TurnCommand, "command" | "exitCode" | "sandboxFailed" | "outsideSandbox">;

/**
 * Returns the commands of a turn as they were told while it ran, those that it left running last, or as Codex has them on record where that
 * knows of more: 0.140 now and then does not tell of one that a review ran.
 */
export function seenCommands(
  { commands, leftRunning }: Pick<TurnRecord, "commands" | "leftRunning">,
  recorded: Pick<TurnFacts, "commands"> | undefined,
): readonly SeenCommand[] {
  if (recorded === undefined || recorded.commands.length <= commands.length) {
    return [...commands, ...leftRunning.map(({ command }) => command)];
  }
  return recorded.commands.map((command) => ({
    command: commandText(command),
    exitCode: command.exitCode,
    sandboxFailed: false,
    outsideSandbox: false,
  }));
}

/** As Codex itself writes one; a script without its shell as it stands. */
function commandText({ words }: RolloutCommand): string {
  return words.length === 1 ? (words[0] ?? "") : shellLine(words);
}
