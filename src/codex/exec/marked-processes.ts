import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "#base/fault.ts";
import { NESTED } from "#codex/environment.ts";

/** A process that forks while it is looked for is found the next time. */
const MOST_LOOKS = 20;
const BETWEEN_LOOKS_MS = 25;

/**
 * Kills every process of a run that still lives, and returns once there is none, or when it makes no
 * sense to go on. With full access a command can leave its process group, its session and its parent
 * behind, but hardly its environment, in which the guard has the run's mark for its value. Linux only:
 * elsewhere no process tells its environment, and the group of the run's first process has to do.
 */
export async function endMarked(mark: string): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const found = markedProcesses(mark);
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
    await delay(BETWEEN_LOOKS_MS);
  }
}

/** Returns the processes that were started with this mark in their environment (proc(5)); zombies have none. */
export function markedProcesses(mark: string): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && environOf(pid).split("\0").includes(`${NESTED}=${mark}`));
}

/** Empty for one that ended meanwhile, and for another user's. */
function environOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}
