import { claudeConfigDirectory } from "#claude/host-environment.ts";
import { runningHooks } from "#claude/running-hooks.ts";
import {
  filesDisablingHooks,
  type RegisteredHook,
  readSettings,
  registeredHooks,
  type SettingsFile,
  settingsPaths,
} from "#claude/settings.ts";
import { settingsEnvironment } from "#claude/settings-environment.ts";
import type { Examined } from "./check.ts";
import { type PowerlessHook, powerlessHooks, whyPowerless } from "./powerless-hooks.ts";

/** What Claude Code's settings say about our hooks, for a session that starts in this folder. */
export type Registrations = {
  readonly files: readonly SettingsFile[];
  /** All hooks of ours. */
  readonly all: readonly RegisteredHook[];
  /** Those that run and are listened to: equal commands of one event run once, with the timeout of the last. */
  readonly running: readonly RegisteredHook[];
  readonly powerless: readonly PowerlessHook[];
  /** What hooks get as their environment, as far as settings decide. */
  readonly environment: Examined["environment"];
};

export const EVENTS = ["SessionStart", "Stop", "SessionEnd"] as const;

/** Reads the settings of every scope. */
export function registrationsIn({ environment, home, cwd, platform }: Examined): Registrations {
  const files = readSettings(
    settingsPaths(claudeConfigDirectory({ HOME: home, ...environment }), cwd, platform),
  );
  const powerless = powerlessHooks(files);
  return {
    files,
    all: registeredHooks(files),
    running: runningHooks(files).filter((hook) => whyPowerless(powerless, hook) === undefined),
    powerless,
    environment: { ...environment, ...settingsEnvironment(files) },
  };
}

/** Returns why no Stop hook of ours runs, where none does. */
export function whyNoneStops({ files, all, powerless }: Registrations): string {
  const stops = all.filter(({ event }) => event === "Stop");
  if (stops.length === 0) return "none is registered";
  const disabling = filesDisablingHooks(files).map(({ path }) => path);
  if (disabling.length > 0) return `hooks are switched off by ${disabling.join(", ")}`;
  const why = stops.map((hook) => whyPowerless(powerless, hook)).find((one) => one !== undefined);
  return why ?? "Claude Code drops its entry";
}
