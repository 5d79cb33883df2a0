import { shellWords } from "#base/shell-words.ts";
import { oneLine } from "#base/text.ts";

/** Codex reports what it runs as the shell that runs it, `/bin/bash -lc '…'` (0.140 and 0.169). */
const SHELL = /^(?:\S*\/)?(?:ba|z|da|k)?sh -l?c$/;

/** Returns a command as a person would type it, on one line that is safe for a terminal. */
export function plainCommand(command: string): string {
  const { words } = shellWords(command);
  const script = SHELL.test(words.slice(0, -1).join(" ")) ? words.at(-1) : undefined;
  return oneLine(script ?? command);
}
