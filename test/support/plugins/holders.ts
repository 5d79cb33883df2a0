import { spawnSync } from "node:child_process";
import { identifyProcess } from "#base/process-identity.ts";

/**
 * What Claude Code writes into `.in_use/<pid>` of the version that a process holds: the start time is
 * the 22nd field of /proc/<pid>/stat, as a text.
 */
export type Holder = { readonly pid: number; readonly procStart: string };

/** Returns the marker of a process that runs now. */
export function liveHolder(pid: number): Holder {
  const identity = identifyProcess(pid);
  if (identity === undefined) throw new Error(`no process ${pid} runs`);
  return { pid, procStart: identity.startTime };
}

/** Returns the marker of a process that has ended; nobody has its pid now. */
export function deadHolder(): Holder {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  if (identifyProcess(pid) !== undefined) return deadHolder();
  return { pid, procStart: "1" };
}

/** Returns the marker of a process that has ended and whose pid another, living one has by now. */
export function reusedHolder(pid: number): Holder {
  return { pid, procStart: String(Number(liveHolder(pid).procStart) - 1) };
}
