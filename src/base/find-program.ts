import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/**
 * Returns the path of the first program on PATH that has one of these names. Relative entries of
 * PATH are passed over: the repository under review must not choose the program.
 */
export function findProgram(
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const path = environment["PATH"] ?? environment["Path"] ?? "";
  return path
    .split(delimiter)
    .filter((directory) => isAbsolute(directory))
    .flatMap((directory) => names.map((name) => join(directory, name)))
    .find(isProgram);
}

/** Returns whether a file is there that this user may execute. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
