import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "#base/digest.ts";

/** Returns everything below a folder with its kind, mode, size, time of change and content, a line each. */
export function filesBelowAsLines(folder: string): readonly string[] {
  return [
    folder,
    ...readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  ]
    .sort()
    .map((path) => {
      const { mode, size, mtimeMs, ctimeMs } = lstatSync(path);
      const found = lstatSync(path);
      const content = found.isFile()
        ? sha256(readFileSync(path))
        : found.isSymbolicLink()
          ? readlinkSync(path)
          : "";
      return [path, mode.toString(8), size, mtimeMs, ctimeMs, content].join(" ");
    });
}
