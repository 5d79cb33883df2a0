import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, resolve, sep } from "node:path";
import { errorCode } from "./fault.ts";

/**
 * Returns a PATH without its relative entries and without those that lie in a folder, links followed:
 * `npx` and virtual environments put the project's own first, where whoever writes there would choose
 * the program.
 */
export function pathOutside(path: string, folder: string | undefined): string {
  const absolute = path.split(delimiter).filter((entry) => isAbsolute(entry));
  if (folder === undefined) return absolute.join(delimiter);
  const inner = realOf(folder);
  return absolute.filter((entry) => !isInside(inner, realOf(entry))).join(delimiter);
}

/** Returns the same for the repository that this process was called in, which an agent may write. */
export function pathOutsideHere(path: string): string {
  const here = folderHere();
  // In a folder that was deleted there is no repository.
  return pathOutside(path, here === undefined ? undefined : topOf(here));
}

/** Returns the folder that this process is in, or `undefined` where that was deleted. */
export function folderHere(): string | undefined {
  try {
    return process.cwd();
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    return undefined;
  }
}

/** The nearest folder that holds a repository. */
function topOf(folder: string): string | undefined {
  if (existsSync(join(folder, ".git"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : topOf(above);
}

function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** What is not there yet, or cannot be looked at, is where it says. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return resolve(path);
  }
}
