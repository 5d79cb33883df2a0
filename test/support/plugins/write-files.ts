import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileSpec } from "./repository-spec.ts";

/** Writes files below a folder, which is made where it is missing; `null` removes what is there. */
export function writeFiles(folder: string, files: Iterable<readonly [string, FileSpec | null]>): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, file] of files) {
    const full = join(folder, path);
    rmSync(full, { force: true, recursive: true });
    if (file === null) continue;
    mkdirSync(dirname(full), { recursive: true });
    writeOne(full, file);
  }
}

function writeOne(path: string, file: FileSpec): void {
  if (typeof file === "string") writeFileSync(path, file);
  else if ("bytes" in file) writeFileSync(path, file.bytes);
  else if ("linkTo" in file) symlinkSync(file.linkTo, path);
  else writeFileSync(path, file.executable, { mode: 0o755 });
}
