import { filesInForce } from "#claude/hook-places.ts";
import { claudeConfigDirectory } from "#claude/host-environment.ts";
import {
  type RegisteredHook,
  readSettings,
  registeredHooks,
  type SettingsFile,
  settingsPaths,
} from "#claude/settings.ts";
import { settingsEnvironment } from "#claude/settings-environment.ts";
import type { Examined } from "./check.ts";

/** What Claude Code's settings say about our hooks, for a session that starts in this folder. */
export type Registrations = {
  readonly files: readonly SettingsFile[];
  /** All hooks of ours. */
  readonly all: readonly RegisteredHook[];
  /** Those that run: equal commands of one event run once, with the timeout of the last. */
  readonly running: readonly RegisteredHook[];
  /** What hooks get as their environment, as far as settings decide. */
  readonly environment: Examined["environment"];
};

export const EVENTS = ["SessionStart", "Stop", "SessionEnd"] as const;

/** Reads the settings of every scope. */
export function registrationsIn({ environment, home, cwd, platform }: Examined): Registrations {
  const files = readSettings(
    settingsPaths(claudeConfigDirectory({ HOME: home, ...environment }), cwd, platform),
  );
  const running = new Map(
    registeredHooks(filesInForce(files))
      .filter((hook) => isTaken(hook))
      .map((hook) => [JSON.stringify([hook.event, hook.command, hook.args]), hook]),
  );
  return {
    files,
    all: registeredHooks(files),
    running: [...running.values()],
    environment: { ...environment, ...settingsEnvironment(files) },
  };
}

/** Claude Code 2.1.330 silently drops an entry whose timeout is zero or less. */
export function isTaken({ timeout }: RegisteredHook): boolean {
  return timeout === undefined || timeout > 0;
}
