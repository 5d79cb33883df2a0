import { errorCode } from "#base/fault.ts";

/** Returns whether a child can lead a process group of its own: Windows has none. */
export function hasGroups(platform: NodeJS.Platform = process.platform): boolean {
  return platform !== "win32";
}

const running = new Set<number | undefined>();

/**
 * Returns what `work` comes to. When `signal` fires first, or this process ends first, the whole
 * group that `pid` leads is killed, and the wait ends at once: a descendant that left the group
 * may hold the pipes open for as long as it likes.
 */
export async function untilAborted<T>(
  work: Promise<T>,
  pid: number | undefined,
  signal: AbortSignal,
  abortError: () => Error,
): Promise<T> {
  let abort = () => endGroup(pid);
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => {
      endGroup(pid);
      reject(abortError());
    };
  });
  watchExit(pid);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    running.delete(pid);
    signal.removeEventListener("abort", abort);
  }
}

/** One listener for all children: one for each would make Node warn of a leak. */
function watchExit(pid: number | undefined): void {
  if (!process.listeners("exit").includes(endRunning)) process.on("exit", endRunning);
  running.add(pid);
}

function endRunning(): void {
  for (const pid of running) endGroup(pid);
}

/**
 * Kills the process and all that it started and that stayed in its group; where there are no groups,
 * the process alone. No program is asked to do it.
 */
export function endGroup(pid: number | undefined, platform: NodeJS.Platform = process.platform): void {
  if (pid === undefined) return;
  try {
    process.kill(hasGroups(platform) ? -pid : pid, "SIGKILL");
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}
