import { spawnSync } from "node:child_process";
import { findProgram } from "#base/find-program.ts";
import { pathOutsideHere } from "#base/path-outside.ts";

/**
 * Returns the words before a program's own with which the kernel kills it when the process that
 * started it is gone, in whatever way and whatever the program does (setpriv(1), prctl(2)). Empty
 * where there is no such program outside of the repository: elsewhere than on Linux, or without util-linux.
 */
export function dyingWithParent(): readonly string[] {
  const environment = { PATH: pathOutsideHere(process.env["PATH"] ?? "") };
  const program = findProgram(["setpriv"], environment);
  if (program === undefined) return [];
  const prefix = [program, "--pdeathsig", "KILL"] as const;
  const probe = spawnSync(prefix[0], [...prefix.slice(1), "true"], {
    env: environment,
    stdio: "ignore",
    windowsHide: true,
  });
  return probe.status === 0 ? prefix : [];
}
