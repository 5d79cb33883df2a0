import { shellLine, shellWords } from "#base/shell-words.ts";
import type { ExecCommand } from "#codex/exec/exec-seen.ts";
import type { RolloutCommand } from "#codex/rollout/turn-facts.ts";

/** A command of a run, as its events and the file of its thread tell it together. */
export type RanCommand = {
  /** As a person would type it, where an event told it. */
  readonly command: string;
  readonly exitCode: number | undefined;
  /** What the file alone says; absent where it does not name the command. */
  readonly onRecord: RolloutCommand | undefined;
};

/**
 * Returns the commands of a run. Neither source has all: an event of a command's end can be lost (0.140
 * does not tell that of one which ended just after it was looked at), there is none of a command that the
 * sandbox stopped (0.140, 0.169), and a run that was killed has events that no file has. The file's order
 * holds; what only events tell comes after it.
 */
export function ranCommands(
  told: readonly ExecCommand[],
  onRecord: readonly RolloutCommand[] | undefined,
): readonly RanCommand[] {
  const left = [...told];
  const recorded = (onRecord ?? []).map((one): RanCommand => {
    const at = left.findIndex(({ command }) => isSame(command, one));
    const [event] = at < 0 ? [] : left.splice(at, 1);
    return {
      command: event?.command ?? shellLine(one.words),
      exitCode: one.exitCode ?? event?.exitCode,
      onRecord: one,
    };
  });
  return [...recorded, ...left.map(({ command, exitCode }) => ({ command, exitCode, onRecord: undefined }))];
}

/**
 * An event shows the words as a shell would need them quoted: `/bin/bash -lc 'it'"'"'s'`. All of them count,
 * for a script that is a part of another must not lend that its exit code. Of 0.140 the shell around a
 * script is not on record.
 */
function isSame(command: string, { words, script }: RolloutCommand): boolean {
  const { words: shown } = shellWords(command);
  if (script) return command === words[0] || shown.at(-1) === words[0];
  return shown.length === words.length && shown.every((word, index) => word === words[index]);
}
