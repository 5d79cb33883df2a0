import { claudeConfigDirectory } from "#claude/host-environment.ts";
import { runningHooks } from "#claude/running-hooks.ts";
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
  return {
    files,
    all: registeredHooks(files),
    running: runningHooks(files),
    environment: { ...environment, ...settingsEnvironment(files) },
  };
}
