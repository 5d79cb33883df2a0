import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Returns the nearest folder at or above `directory` that holds `.git`, as a real path, or
 * `undefined` where there is none. It looks and runs nothing: reading a project's configuration
 * must cost no process. `findRepository` has git's own answer.
 */
export function workTreeRoot(directory: string): string | undefined {
  if (!existsSync(directory)) return undefined;
  let folder = realpathSync(directory);
  while (!existsSync(join(folder, ".git"))) {
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return folder;
}
