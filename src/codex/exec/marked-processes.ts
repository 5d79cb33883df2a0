import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "#base/fault.ts";
import { NESTED } from "#codex/environment.ts";

/** A process that forks while it is looked for is found the next time. */
const MOST_LOOKS = 20;
const BETWEEN_LOOKS_MS = 25;
/** One that was killed is gone once the machine has time for it. What the kernel holds for longer ends when it can. */
const DYING_MS = 10_000;

/**
 * Kills every process of a run that still lives, and returns once there is none, or when it makes no
 * sense to go on: new ones come as fast as they are killed, or a killed one does not go. With full access a command can leave its process group, its session and its parent
 * behind, but hardly its environment, in which the guard has the run's mark for its value. Linux only:
 * elsewhere no process tells its environment, and the group of the run's first process has to do.
 */
export async function endMarked(mark: string, find = markedProcesses): Promise<void> {
  const killed = new Set<number>();
  let end = performance.now() + DYING_MS;
  for (let looks = 0; looks < MOST_LOOKS && performance.now() < end; ) {
    const found = find(mark);
    if (found.length === 0) return;
    const fresh = found.filter((pid) => !killed.has(pid));
    if (fresh.length > 0) {
      looks += 1;
      end = performance.now() + DYING_MS;
    }
    for (const pid of fresh) {
      kill(pid);
      killed.add(pid);
    }
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
