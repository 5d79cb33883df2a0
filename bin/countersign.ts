import { homedir } from "node:os";
import { runCommandLine } from "#commands/command-line.ts";
import { COMMANDS } from "#commands/command-table.ts";
import { processSurroundings } from "#commands/surroundings.ts";

void runCommandLine(COMMANDS, process.argv.slice(2), processSurroundings(homedir())).then((code) => {
  process.exitCode = code;
});
