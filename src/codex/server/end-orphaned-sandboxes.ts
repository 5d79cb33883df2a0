import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { errorCode } from "#base/fault.ts";
import { NESTED } from "#codex/environment.ts";

/** Codex's helper, by the name that it gives itself, and what it starts (bubblewrap). */
const SANDBOXES = ["codex-linux-sandbox", "bwrap"];

/**
 * Ends the sandboxes of ours whose server is gone. One that was killed in the milliseconds in which it
 * sets a sandbox up leaves the helper and its `bwrap` waiting for each other for ever (Codex 0.169).
 * They are known by their names, by our guard in their environment, and by a parent without it: that of
 * every other one is a server of ours, or the helper. Linux only; elsewhere there is nothing to read.
 */
export function endOrphanedSandboxes(): void {
  for (const pid of processes().filter(isOrphan)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (errorCode(error) !== "ESRCH") throw error;
    }
  }
}

function processes(): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function isOrphan(pid: number): boolean {
  const [name = ""] = read(pid, "cmdline").split("\0");
  if (!SANDBOXES.includes(basename(name)) || !isGuarded(pid)) return false;
  const parent = /^PPid:\s+(\d+)$/m.exec(read(pid, "status"))?.[1];
  return parent !== undefined && !isGuarded(Number(parent));
}

function isGuarded(pid: number): boolean {
  return read(pid, "environ")
    .split("\0")
    .some((line) => line.startsWith(`${NESTED}=`));
}

/** Empty for one that ended meanwhile, and for another user's. */
function read(pid: number, file: "cmdline" | "environ" | "status"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
