import fs from "node:fs";

/** What others can see of a write: between two of these a kill makes no difference. */
const CALLS = ["openSync", "writeFileSync", "renameSync", "linkSync", "unlinkSync", "copyFileSync"];

/**
 * Loaded into a program with `--require`: the process kills itself, as `kill -9` would, right before its
 * n-th call that changes something on disk (KILL_AT). A call made by another one counts by itself.
 */
function killAt(number: number): void {
  let calls = 0;
  for (const name of CALLS) {
    const real: unknown = Reflect.get(fs, name);
    if (typeof real !== "function") throw new Error(`node:fs has no ${name}`);
    Reflect.set(fs, name, (...given: readonly unknown[]) => {
      const reads = name === "openSync" && (given[1] === undefined || given[1] === "r");
      if (!reads) calls += 1;
      if (!reads && calls === number) process.kill(process.pid, "SIGKILL");
      return Reflect.apply(real, fs, given);
    });
  }
}

killAt(Number(process.env["KILL_AT"]));
