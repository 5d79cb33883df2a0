import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { errorCode } from "#base/fault.ts";

/**
 * Returns the absolute path that a tool means by a path: relative ones count from the folder in
 * which the agent worked, and `~` is the home of the user. Symbolic links on the way are resolved as
 * far as the folders exist; a link at its end is not, for Claude Code refuses to write through one.
 * `undefined` where it is relative and the folder is not known.
 */
export function absolutePath(path: string, folder: string | undefined): string | undefined {
  const full = path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
  if (!isAbsolute(full) && folder === undefined) return undefined;
  const whole = resolve(folder ?? "/", full);
  return whole === "/" ? whole : join(realPath(dirname(whole)), basename(whole));
}

/** No system opens a longer one; to look for it folder by folder would take for ever. */
const LONGEST = 4096;

/** Returns a path with its symbolic links resolved, as far as it exists. */
export function realPath(path: string): string {
  if (path.length > LONGEST) return path;
  try {
    return realpathSync(path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}
