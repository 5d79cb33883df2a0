import { findProgram, isProgram } from "#base/find-program.ts";
import { oneLine } from "#base/text.ts";
import { launcherFiles } from "#commands/setup/launcher-files.ts";
import { shellWord } from "#commands/setup/launcher-script.ts";
import type { Environment, Locations } from "#runs/locations.ts";

const NAMES = ["countersign", "countersign.cmd"];

/**
 * Returns what a person types to call the command line here, for messages: its name where it is on
 * PATH, else the path of the launcher that `setup` keeps (quoted for a shell), else through npx.
 */
export function commandWord(environment: Environment, locations: Pick<Locations, "launch">): string {
  if (findProgram(NAMES, environment) !== undefined) return "countersign";
  const { command } = launcherFiles(locations.launch);
  const typeable = process.platform !== "win32" && oneLine(command) === command;
  return typeable && isProgram(command) ? shellWord(command) : "npx countersign";
}
