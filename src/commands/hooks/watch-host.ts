import { identifyProcess, isAlive } from "#base/process-identity.ts";

const LOOK_MS = 1_000;

/**
 * Returns a signal that is aborted once the host's process is gone. A host that is killed outright
 * (SIGKILL, out of memory) ends none of its hooks, and a review that nobody waits for would hold
 * the shared server, and a command that the reviewer runs, until the deadline. A host that cannot
 * be seen from here to begin with is not watched.
 */
export function watchHost(pid: number | undefined): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const host = pid === undefined ? undefined : identifyProcess(pid);
  if (host === undefined) return { signal: controller.signal, clear: () => undefined };
  const timer = setInterval(() => {
    if (!isAlive(host)) controller.abort(new Error("the host is gone"));
  }, LOOK_MS);
  return { signal: controller.signal, clear: () => clearInterval(timer) };
}
