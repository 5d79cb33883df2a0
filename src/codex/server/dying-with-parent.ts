import { spawnSync } from "node:child_process";

/**
 * Returns the words before a program's own with which the kernel kills it when the process that
 * started it is gone, in whatever way and whatever the program does (setpriv(1), prctl(2)). Empty
 * where there is no such program: elsewhere than on Linux, or without util-linux.
 */
export function dyingWithParent(): readonly string[] {
  const prefix = ["setpriv", "--pdeathsig", "KILL"] as const;
  const probe = spawnSync(prefix[0], [...prefix.slice(1), "true"], {
    stdio: "ignore",
    windowsHide: true,
  });
  return probe.status === 0 ? prefix : [];
}
