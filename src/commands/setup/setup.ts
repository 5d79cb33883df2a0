import { existsSync } from "node:fs";
import { join } from "node:path";
import { makePrivateDirectory } from "#base/files.ts";
import { withLock } from "#base/lock.ts";
import { addHooks, type HookEntry, type Registration } from "#claude/hook-registrations.ts";
import type { Scope, SettingsPaths } from "#claude/settings.ts";
import { UsageFault } from "#commands/command.ts";
import { BUILT } from "#commands/installation.ts";
import { copyInUse, copyName, installLauncher, type LauncherParts, noteRegisteredFile } from "./launcher.ts";
import { launcherFiles } from "./launcher-files.ts";
import { shellQuoted } from "./launcher-script.ts";
import { planChange, writeChange } from "./settings-change.ts";
import { settingsDiff } from "./settings-diff.ts";
import { type SetupWarning, setupWarnings } from "./setup-warnings.ts";

/** The scopes that are a person's to change; `managed` is an administrator's. */
export type WritableScope = Exclude<Scope, "managed">;

/** Where setup and remove work. */
export type SetupPlace = {
  readonly settings: SettingsPaths;
  readonly launchDirectory: string;
  readonly platform: NodeJS.Platform;
};

export type SetupOptions = {
  readonly scope: WritableScope;
  /** Show what would be done, and write nothing. */
  readonly dryRun: boolean;
  readonly launcher: LauncherParts;
  readonly at: Date;
};

export type SetupReport = {
  readonly kind: "registered" | "already-registered" | "would-register";
  readonly scope: WritableScope;
  readonly settingsPath: string;
  /** The launcher that the settings name. */
  readonly launcher: string;
  /** The copy of the built hooks that it runs, or would: version and digest; and the one before, if any. */
  readonly copy: string;
  readonly copyBefore: string | null;
  /** Where the old settings were copied to; undefined where nothing was changed or there were none. */
  readonly backup: string | undefined;
  /** The change as a unified diff; empty where there is none. */
  readonly diff: string;
  readonly warnings: readonly SetupWarning[];
};

const STOP_TEXT = "Countersign: a second model reads the change";

/**
 * Registers our hooks in one scope of Claude Code's settings, and puts the launcher and a copy of
 * the built hooks in its place. Running it again mends what is missing and changes nothing else.
 *
 * @throws UsageFault where the settings cannot be changed or the hooks are not built: then nothing
 * was written at all.
 */
export async function setup(
  options: SetupOptions,
  place: SetupPlace,
  signal: AbortSignal,
): Promise<SetupReport> {
  refuseUnbuilt(options.launcher.dist);
  const path = place.settings[options.scope];
  const registrations = ourRegistrations(place, options.launcher.node);
  const plan = () => planChange(path, (text) => addHooks(text, registrations));
  const planned = plan();
  const report = {
    scope: options.scope,
    settingsPath: path,
    launcher: launcherFiles(place.launchDirectory).script,
    copy: copyName(options.launcher),
    copyBefore: copyInUse(place.launchDirectory),
    diff: await settingsDiff(planned, signal),
    warnings: setupWarnings(place.settings, options.scope),
  };
  if (options.dryRun) {
    const isSame = report.diff === "" && report.copy === report.copyBefore;
    const kind = isSame ? "already-registered" : "would-register";
    return { ...report, kind, backup: undefined };
  }
  makePrivateDirectory(place.launchDirectory);
  return await withLock(
    setupLock(place),
    async () => {
      installLauncher(place.launchDirectory, options.launcher);
      noteRegisteredFile(place.launchDirectory, path);
      const change = plan();
      if (change.before === change.after) return { ...report, kind: "already-registered", backup: undefined };
      return { ...report, kind: "registered", backup: writeChange(change, options.at) };
    },
    signal,
  );
}

function refuseUnbuilt(dist: string): void {
  const missing = BUILT.map((name) => join(dist, name, `${name}.cjs`)).find((file) => !existsSync(file));
  if (missing === undefined) return;
  const text = `${missing} is missing, so there is nothing to register. In a checkout run \`npm run build\`, else install the package again.`;
  throw new UsageFault({ kind: "usage", text });
}

/** Beside the launch folder, which `remove` takes away while holding it. */
export function setupLock(place: SetupPlace): string {
  return `${place.launchDirectory}.lock`;
}

/**
 * Returns our hooks as they are registered. The host's timeouts are longer than our own deadlines,
 * for it takes a hook that it had to end as one that said nothing.
 */
function ourRegistrations(place: SetupPlace, node: string): readonly Registration[] {
  const start = (event: string) => startOf(place, node, event);
  return [
    { event: "SessionStart", hook: { type: "command", ...start("session-start"), timeout: 30 } },
    { event: "Stop", hook: { type: "command", ...start("stop"), timeout: 300, statusMessage: STOP_TEXT } },
    { event: "SessionEnd", hook: { type: "command", ...start("session-end"), timeout: 3 } },
  ];
}

/** The shell form under a POSIX shell; on Windows the exec form, which needs none. */
function startOf(place: SetupPlace, node: string, event: string): Pick<HookEntry, "command" | "args"> {
  const files = launcherFiles(place.launchDirectory);
  if (place.platform === "win32") return { command: node, args: [files.module, event] };
  return { command: `${shellQuoted(files.script)} ${event}` };
}
