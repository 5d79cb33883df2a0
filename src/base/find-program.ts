import { accessSync, constants, statSync } from "node:fs";
import { join, posix, win32 } from "node:path";
import type { Environment } from "./environment.ts";

/**
 * Returns the path of the first program on PATH that has one of these names. Relative entries of
 * PATH are passed over: the repository under review must not choose the program.
 */
export function findProgram(
  names: readonly string[],
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  return candidates(names, environment, platform).find((path) => isProgram(path, platform));
}

/** Returns every program on PATH that has one of these names, in the order in which they are looked for. */
export function findPrograms(
  names: readonly string[],
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  return [...new Set(candidates(names, environment, platform))].filter((path) => isProgram(path, platform));
}

/**
 * Returns the file names under which a program of that name is started: on Windows as a program, or
 * as the shim that npm writes; what else PATHEXT lists (scripts of other languages) is none of ours.
 */
export function programNames(name: string, platform: NodeJS.Platform = process.platform): readonly string[] {
  return platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name];
}

/** Returns whether a file is there that this user may execute. Windows knows no such right. */
export function isProgram(path: string, platform: NodeJS.Platform = process.platform): boolean {
  try {
    accessSync(path, platform === "win32" ? constants.F_OK : constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function candidates(
  names: readonly string[],
  environment: Environment,
  platform: NodeJS.Platform,
): readonly string[] {
  const { delimiter, isAbsolute } = platform === "win32" ? win32 : posix;
  return pathOf(environment, platform)
    .split(delimiter)
    .map((entry) => (platform === "win32" ? entry.replaceAll('"', "") : entry))
    .filter((directory) => isAbsolute(directory))
    .flatMap((directory) => names.map((name) => join(directory, name)));
}

/** Windows does not tell `Path` from `PATH`; a copy of its environment does. */
function pathOf(environment: Environment, platform: NodeJS.Platform): string {
  if (platform !== "win32") return environment["PATH"] ?? "";
  const name = Object.keys(environment).find((key) => key.toUpperCase() === "PATH");
  return (name === undefined ? undefined : environment[name]) ?? "";
}
