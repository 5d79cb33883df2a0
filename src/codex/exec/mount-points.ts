import { existsSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";

/**
 * What Codex's sandbox keeps from being written in a folder that may be (0.140, 0.169). Where one of them is
 * not there it makes an empty folder to mount on, and takes it away with the command; killed meanwhile it
 * does not, and an empty `.git` is taken for a project by others.
 */
const GUARDED = [".git", ".agents", ".codex", ".aws"];

/** Returns what removes those of a folder that were not there before and are empty. */
export function mountPoints(folder: string): () => void {
  const absent = GUARDED.map((name) => join(folder, name)).filter((path) => !existsSync(path));
  return () => absent.forEach(removeEmpty);
}

/** What is there by now and is more than an empty folder is somebody's. */
function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}
