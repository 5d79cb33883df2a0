import { readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "#base/digest.ts";
import { errorCode } from "#base/fault.ts";
import type { RegisteredHook } from "#claude/settings.ts";
import type { Examined } from "#commands/doctor/check.ts";
import { hookProgram } from "#commands/doctor/hook-program.ts";
import { launcherState } from "#commands/doctor/launcher-state.ts";

/** Returns in a line or two which file a Stop hook really runs, with the digest of its bytes. */
export function hookBytes(hook: RegisteredHook, examined: Examined): readonly string[] {
  const program = hookProgram(hook, examined);
  switch (program.kind) {
    case "unknown":
      return [`what it runs cannot be told: ${program.why}`];
    case "command-line":
      return fileLine("runs", program.path);
    case "launcher": {
      const launcher = launcherState(program.path, examined.platform);
      return launcher.kind === "missing"
        ? [launcher.what]
        : [
            ...fileLine("launcher", program.path),
            ...fileLine("runs", join(launcher.copy, "stop", "stop.cjs")),
          ];
    }
  }
}

function fileLine(what: string, path: string): readonly string[] {
  try {
    const real = realpathSync(path);
    return [`${what} ${real} (sha256 ${sha256(readFileSync(real))})`];
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [`${what} ${path}, which cannot be read`];
  }
}
