import { lstatSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { errorCode } from "#base/fault.ts";

/**
 * Returns whether what lies at the path lies in the root itself: no folder on the way is a link that
 * leads elsewhere. (The path's own last part may be a link: to remove it removes the link.)
 */
export function isContained(root: string, path: string): boolean {
  try {
    const way = relative(root, dirname(path));
    return !way.startsWith("..") && realpathSync(dirname(path)) === join(realpathSync(root), way);
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR") return false;
    throw error;
  }
}

/** Returns whether a folder of ours is there: no link, and in the root itself. */
export function isOwnFolder(root: string, path: string): boolean {
  return isContained(root, path) && lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
