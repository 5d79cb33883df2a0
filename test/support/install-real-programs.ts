import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { olderCodex } from "./codex-home.ts";

const DIRECTORY = join(import.meta.dirname, "..", "real");

/**
 * Installs the pinned real programs on first use. They weigh 1 GB together, so that
 * they are no dependency of the package itself.
 */
export default function installRealPrograms(): void {
  const programs = ["codex", "claude"].map((name) => join(DIRECTORY, "node_modules", ".bin", name));
  if ([...programs, olderCodex()].every((program) => existsSync(program))) return;
  const done = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund"], {
    cwd: DIRECTORY,
    stdio: "inherit",
  });
  if (done.status !== 0)
    throw new Error(`npm install in ${DIRECTORY} ended with ${done.status ?? done.signal}`);
}
