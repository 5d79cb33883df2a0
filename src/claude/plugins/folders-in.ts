import { type Dirent, readdirSync } from "node:fs";
import { errorCode, errorText } from "#base/fault.ts";

/**
 * Returns the names of the folders in a folder, and of links, which may lead to one, in code-point
 * order; none where there is no such folder. What cannot be listed is told, in words. Never throws.
 */
export function foldersIn(path: string, unlisted: string[]): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => mayBeFolder(entry))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    const code = errorCode(error);
    if (code !== "ENOENT")
      unlisted.push(`${path}: ${code === "ENOTDIR" ? "not a folder" : errorText(error)}`);
    return [];
  }
}

/** A dot begins the names of what belongs to the system, or to the host itself. */
function mayBeFolder(entry: Dirent): boolean {
  return (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith(".");
}
