import { oneLine } from "#base/text.ts";

/** Codex reports what it runs as the shell that runs it, `/bin/bash -lc '…'` (0.140 and 0.169). */
const IN_A_SHELL = /^\S*sh -l?c (?:'([^']*)'|"([^"\\$`]*)"|([^\s'"]\S*))$/s;

/** Returns a command as a person would type it, on one line that is safe for a terminal. */
export function plainCommand(command: string): string {
  const found = IN_A_SHELL.exec(command);
  return oneLine(found?.[1] ?? found?.[2] ?? found?.[3] ?? command);
}
