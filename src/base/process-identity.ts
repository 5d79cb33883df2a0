import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import * as z from "zod/mini";
import { errorCode } from "./fault.ts";

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
export function identifyProcess(
  pid: number,
  platform: NodeJS.Platform = process.platform,
): ProcessIdentity | undefined {
  const startTime = startTimeOn(platform, pid);
  return startTime === undefined ? undefined : { pid, startTime, ...surroundings(platform) };
}

/**
 * Returns whether exactly that process still runs. A zombie counts as gone, and so does a
 * process of an earlier boot. One of another pid namespace cannot be seen from here and is
 * taken to live: to end something on a guess is worse than to keep it.
 */
export function isAlive(identity: ProcessIdentity, platform: NodeJS.Platform = process.platform): boolean {
  if (identity.bootId !== surroundings(platform).bootId) return false;
  if (!isInView(identity, platform)) return true;
  return startTimeOn(platform, identity.pid) === identity.startTime;
}

/** Returns whether the pid means the same here: one of another namespace cannot be looked up. */
export function isInView(identity: ProcessIdentity, platform: NodeJS.Platform = process.platform): boolean {
  return identity.pidNamespace === surroundings(platform).pidNamespace;
}

/** Windows has no `ps` of its own, and one that another program brought answers otherwise: the pid must do there. */
function startTimeOn(platform: NodeJS.Platform, pid: number): string | undefined {
  switch (platform) {
    case "linux":
      return linuxStartTime(pid);
    case "win32":
      return pidExists(pid) ? "" : undefined;
    default:
      return portableStartTime(pid);
  }
}

type Surroundings = Pick<ProcessIdentity, "bootId" | "pidNamespace">;
let known: Surroundings | undefined;

/** Neither changes while a process runs. */
function surroundings(platform: NodeJS.Platform): Surroundings {
  if (platform !== "linux") return { bootId: "", pidNamespace: "" };
  known ??= {
    bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    pidNamespace: readlinkSync("/proc/self/ns/pid"),
  };
  return known;
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

/**
 * Elsewhere `ps` tells the start time (POSIX names no column for it; macOS and the BSDs have
 * `lstart`). It is written in the language and the time zone of whoever asks: so both are fixed, for
 * a hook and a keeper need not share them.
 */
function portableStartTime(pid: number): string | undefined {
  const shown = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    windowsHide: true,
  });
  if (shown.error !== undefined) return pidExists(pid) ? "" : undefined;
  const [state, ...started] = shown.stdout.trim().split(/\s+/);
  return state === undefined || state === "" || state.startsWith("Z") ? undefined : started.join(" ");
}

/** Returns whether any process has that pid, whosever it is. Costs no process of its own. */
export function pidExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs, as another user's.
    return errorCode(error) === "EPERM";
  }
}
