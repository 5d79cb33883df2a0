import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "#base/digest.ts";

/**
 * Returns everything below a folder with its kind, mode, size, time of change and content, a line each.
 * Links are not followed.
 */
export function filesBelowAsLines(folder: string): readonly string[] {
  return pathsBelow(folder)
    .sort()
    .map((path) => {
      const found = lstatSync(path);
      const { mode, size, mtimeMs, ctimeMs } = found;
      const content = found.isFile()
        ? sha256(readFileSync(path))
        : found.isSymbolicLink()
          ? readlinkSync(path)
          : "";
      return [path, mode.toString(8), size, mtimeMs, ctimeMs, content].join(" ");
    });
}

function pathsBelow(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? pathsBelow(path) : [path];
  });
  return [folder, ...below];
}
