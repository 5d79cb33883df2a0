import { identifyProcess, pidExists } from "#base/process-identity.ts";

/** Returns since when the process with that pid runs, as `/proc/PID/stat` or `ps` has it; `undefined` where there is none. */
export type ProcessLookup = (pid: number) => string | undefined;

/** Returns a look-up that asks the system once for each pid: elsewhere than on Linux an answer costs a process. */
export function processLookup(platform: NodeJS.Platform = process.platform): ProcessLookup {
  const known = new Map<number, string | undefined>();
  return (pid) => {
    if (!known.has(pid)) {
      known.set(pid, pidExists(pid) ? identifyProcess(pid, platform)?.startTime : undefined);
    }
    return known.get(pid);
  };
}
