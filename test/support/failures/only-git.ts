import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { GateWorld } from "#test/gate-world.ts";

/** A folder for PATH with git, a shell, and nothing else of the machine. */
export function onlyGit(world: GateWorld): string {
  const folder = join(world.repository.beside, "path");
  mkdirSync(folder, { recursive: true });
  for (const name of ["git", "sh"]) {
    const link = join(folder, name);
    if (!existsSync(link)) symlinkSync(which(name), link);
  }
  return folder;
}

/** The path of one of the machine's own programs. */
export function which(name: string): string {
  return execFileSync("which", [name], { encoding: "utf8" }).trim();
}
