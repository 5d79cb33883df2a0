import { existsSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";

/**
 * What Codex's sandbox keeps from being written in a folder that may be (0.140, 0.169, on Linux). Where one
 * of them is not there it makes an empty folder to mount on, and takes it away with the command; a command
 * that is interrupted or killed leaves it, and an empty `.git` is taken for a project by others.
 */
const GUARDED = [".git", ".agents", ".codex", ".aws"];

/** Returns the paths in these folders on which a sandbox would mount and where nothing is yet. */
export function absentMountPoints(folders: readonly string[]): readonly string[] {
  if (process.platform !== "linux") return [];
  const paths = folders.flatMap((folder) => GUARDED.map((name) => join(folder, name)));
  return [...new Set(paths)].filter((path) => !existsSync(path));
}

/** Removes what has been made there since and is empty; what is more than an empty folder is somebody's. */
export function removeMountPoints(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (errorCode(error) === undefined) throw error;
    }
  }
}
