import type { Surroundings } from "#commands/command.ts";
import { runCommandLine } from "#commands/command-line.ts";
import { COMMANDS, type CommandEntry } from "#commands/command-table.ts";
import type { Locations } from "#runs/locations.ts";

export type Called = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The moment at which commands under test are called. */
const NOW = new Date("2026-01-02T12:00:00.000Z");

/** Calls a command as the entry point does, against this state root and in a pipe unless told otherwise. */
export async function callCommand(
  locations: Locations,
  words: readonly string[],
  own: Partial<Surroundings> & { readonly terminal?: boolean } = {},
  commands: readonly CommandEntry[] = COMMANDS,
): Promise<Called> {
  const printed = { stdout: "", stderr: "" };
  const output = (name: "stdout" | "stderr") => ({
    write: (text: string) => {
      printed[name] += text;
    },
    isTerminal: own.terminal ?? false,
  });
  const code = await runCommandLine(commands, words, {
    home: locations.root,
    platform: "linux",
    cwd: "/work/project",
    now: NOW,
    stdout: output("stdout"),
    stderr: output("stderr"),
    stdinIsTerminal: false,
    readStdin: async () => new Uint8Array(),
    descent: () => ({ ancestors: [], fromAgentShell: false, terminal: true }),
    signal: new AbortController().signal,
    ...own,
    environment: {
      COUNTERSIGN_HOME: locations.root,
      XDG_CONFIG_HOME: locations.root,
      CODEX_HOME: `${locations.root}/codex`,
      ...own.environment,
    },
  });
  return { code, ...printed };
}
