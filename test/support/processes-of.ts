import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { eventuallyAsync } from "./eventually.ts";

export type FoundProcess = { readonly pid: number; readonly command: string };

/** PF_EXITING among the flags in field 9 of /proc/PID/stat: it runs nothing of its own any more. */
const EXITING = 4;

/**
 * Returns the living processes that have anything to do with one of these folders: by their command
 * line, their environment or where they work (Linux). This process is left out, and so is one that is
 * just being taken down by the kernel.
 */
export function processesOf(...folders: readonly string[]): readonly FoundProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .map((pid) => ({ pid, command: read(pid, "cmdline").replaceAll("\0", " ").trim() }))
    .filter(({ pid, command }) => {
      const known = `${command} ${read(pid, "environ")} ${workingDirectory(pid)}`;
      return folders.some((folder) => known.includes(folder)) && !isExiting(pid);
    })
    .map(({ pid, command }) => ({ pid: Number(pid), command }));
}

/**
 * Leaves out each process that was only just forked by another of these and is about to become some
 * other program: until then it has its parent's command line.
 */
export function withoutForks(found: readonly FoundProcess[]): readonly FoundProcess[] {
  return found.filter(({ pid, command }) => {
    const parent = Number(statOf(String(pid))[1]);
    return !found.some((other) => other.pid === parent && other.command === command);
  });
}

/** Ends processes at once; harmless for one that has ended meanwhile. */
export function killNow(processes: readonly FoundProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (errorCode(error) !== "ESRCH") throw error;
    }
  }
}

/**
 * Ends every process that has to do with one of these folders, and resolves once none is left: one that
 * is only about to die can still write, and make a folder again that was just removed.
 */
export async function endAll(...folders: readonly string[]): Promise<void> {
  await eventuallyAsync(
    async () => {
      const left = processesOf(...folders);
      killNow(left);
      return left.length === 0;
    },
    () => `all have ended, but: ${JSON.stringify(processesOf(...folders), null, 1)}`,
  );
}

/** Or has ended since it was looked at. */
function isExiting(pid: string): boolean {
  const flags = statOf(pid)[6];
  return flags === undefined || (Number(flags) & EXITING) !== 0;
}

/** The fields of /proc/PID/stat from the third on (proc(5)): those before it end with the last bracket. */
function statOf(pid: string): readonly string[] {
  const stat = read(pid, "stat");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Empty for a process that ended meanwhile, and for a zombie. */
function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

function workingDirectory(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "";
  }
}
