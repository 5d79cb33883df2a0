import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { isOlder } from "#codex/installation.ts";
import { distFolder, packageVersion } from "#commands/installation.ts";
import { digestOfHooks } from "#commands/setup/launcher.ts";
import { type Check, check, type Examined, worst } from "./check.ts";
import { type HookProgram, hookProgram } from "./hook-program.ts";
import { type LauncherState, launcherState } from "./launcher-state.ts";
import { registrationsIn } from "./registrations.ts";

const SETUP = "Run `countersign setup` with this version.";

/** What the registered hooks run: whether it is there, of this version, and as setup wrote it. */
export async function checkLauncher(examined: Examined): Promise<readonly Check[]> {
  const { all, environment } = registrationsIn(examined);
  const programs = new Map(
    all.map((hook) => {
      const program = hookProgram(hook, { ...examined, environment });
      return [program.kind === "unknown" ? hook.command : program.path, program];
    }),
  );
  if (programs.size === 0) return [];
  const found = [...programs].map(([named, program]) => judge(named, program, examined));
  const state = worst(found.map((one) => one.state));
  const worstOne = found.find((one) => one.state === state);
  return [
    check("launcher", state, {
      what: worstOne?.what ?? "",
      detail: found.flatMap(({ detail }) => detail),
      ...(state === "ok" ? {} : { next: SETUP }),
    }),
  ];
}

type Judged = { readonly state: Check["state"]; readonly what: string; readonly detail: readonly string[] };

function judge(named: string, program: HookProgram, examined: Examined): Judged {
  switch (program.kind) {
    case "unknown":
      return {
        state: "unknown",
        what: `It cannot be told what \`${named}\` runs: ${program.why}`,
        detail: [],
      };
    case "command-line":
      return existsSync(program.path)
        ? { state: "ok", what: "The hooks are those of the command line on PATH", detail: [program.path] }
        : { state: "broken", what: `${program.path} is not there: the hooks do not start`, detail: [] };
    case "launcher":
      return judgeLauncher(program.path, launcherState(program.path, examined.platform), examined);
  }
}

function judgeLauncher(path: string, launcher: LauncherState, { locations }: Examined): Judged {
  if (launcher.kind === "missing") {
    return { state: "broken", what: `The hooks do not start: ${launcher.what}`, detail: [path] };
  }
  const { version, digest, copy } = launcher;
  const detail = [path, `runs ${copy} (sha256 ${digest.slice(0, 16)}...)`];
  if (!launcher.unchanged) {
    return {
      state: "broken",
      what: "The copied hooks are not as setup wrote them: somebody edited them",
      detail,
    };
  }
  if (dirname(path) !== locations.launch) {
    return {
      state: "warning",
      what: `The hooks are those of another state folder, not ${locations.launch}`,
      detail,
    };
  }
  if (!launcher.asWritten) {
    return {
      state: "warning",
      what: "The launcher is not as this version writes it: older, newer or edited",
      detail,
    };
  }
  if (isOlder(version, packageVersion())) {
    return { state: "warning", what: `The hooks are of ${version}, this is ${packageVersion()}`, detail };
  }
  const dist = distFolder();
  if (existsSync(dist) && digestOfHooks(dist) !== digest) {
    return {
      state: "warning",
      what: `The hooks (${version}) are of another build than this command`,
      detail,
    };
  }
  return { state: "ok", what: `${version}, every byte as setup wrote it`, detail };
}
