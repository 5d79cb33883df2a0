import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Returns the nearest folder at or above `directory` that is a work tree by its `.git`, as a real path,
 * or `undefined` where there is none. It looks and runs nothing: reading a project's configuration
 * must cost no process. `findRepository` has git's own answer.
 */
export function workTreeRoot(directory: string): string | undefined {
  if (!existsSync(directory)) return undefined;
  let folder = realpathSync(directory);
  while (!isWorkTree(folder)) {
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return folder;
}

/**
 * An empty `.git` is none, for git too: Codex's sandbox (0.140, 0.169) leaves one in a folder that may be
 * written and is no repository, the temporary folder above all.
 */
function isWorkTree(folder: string): boolean {
  const path = join(folder, ".git");
  if (!existsSync(path)) return false;
  return statSync(path).isFile() || existsSync(join(path, "HEAD"));
}
