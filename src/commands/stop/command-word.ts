import type { Environment } from "#base/environment.ts";
import { findProgram, isProgram } from "#base/find-program.ts";
import { oneLine } from "#base/text.ts";
import { builtFile } from "#commands/installation.ts";
import { launcherFiles } from "#commands/setup/launcher-files.ts";
import { shellWord } from "#commands/setup/launcher-script.ts";
import type { Locations } from "#runs/locations.ts";

const NAMES = ["countersign", "countersign.cmd"];

/**
 * Returns what a person types to call the command line here, for messages: its name where it is on
 * PATH, else the path of the launcher that `setup` keeps (quoted for a shell), else this
 * installation's own program, started by Node: it is in no registry from which npx could take it.
 */
export function commandWord(environment: Environment, locations: Pick<Locations, "launch">): string {
  if (findProgram(NAMES, environment) !== undefined) return "countersign";
  const { command } = launcherFiles(locations.launch);
  const typeable = process.platform !== "win32" && oneLine(command) === command;
  return typeable && isProgram(command) ? shellWord(command) : ownProgram();
}

function ownProgram(): string {
  const path = builtFile("countersign");
  return `node ${process.platform === "win32" ? `"${path}"` : shellWord(path)}`;
}
