import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import * as z from "zod/mini";

/**
 * Names one process for good. A pid alone is reused by the system, so the start time goes
 * with it, and the boot and the pid namespace in which both numbers mean anything.
 */
export const ProcessIdentity = z.object({
  pid: z.int().check(z.positive()),
  startTime: z.string(),
  bootId: z.string(),
  pidNamespace: z.string(),
});
export type ProcessIdentity = z.output<typeof ProcessIdentity>;

/** Returns the identity of a running process, or `undefined` where there is none with that pid. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === "linux" ? linuxStartTime(pid) : portableStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime, ...surroundings() };
}

/**
 * Returns whether exactly that process still runs. A zombie counts as gone, and so does a
 * process of an earlier boot. One of another pid namespace cannot be seen from here and is
 * taken to live: to end something on a guess is worse than to keep it.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  const here = surroundings();
  if (identity.bootId !== here.bootId) return false;
  if (identity.pidNamespace !== here.pidNamespace) return true;
  return identifyProcess(identity.pid)?.startTime === identity.startTime;
}

function surroundings(): { bootId: string; pidNamespace: string } {
  if (process.platform !== "linux") return { bootId: "", pidNamespace: "" };
  return {
    bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    pidNamespace: readlinkSync("/proc/self/ns/pid"),
  };
}

/** Field 22 of /proc/PID/stat (proc(5)), counted after the command name, which may hold blanks and brackets. */
function linuxStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Elsewhere `ps` tells the start time; where there is no `ps` (Windows) the pid must do. */
function portableStartTime(pid: number): string | undefined {
  const shown = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], {
    encoding: "utf8",
    windowsHide: true,
  });
  if (shown.error !== undefined) return pidExists(pid) ? "" : undefined;
  return shown.stdout.trim() === "" ? undefined : shown.stdout.trim();
}

function pidExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
