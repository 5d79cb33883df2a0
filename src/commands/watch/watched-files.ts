import { join } from "node:path";
import { errorCode, errorText } from "#base/fault.ts";
import { LockFault } from "#base/lock.ts";
import { oneLine } from "#base/text.ts";
import { claudeConfigDirectory, readHostEnvironment } from "#claude/host-environment.ts";
import { sharedLocalSettings } from "#claude/more-settings.ts";
import { type SettingsPaths, settingsPaths } from "#claude/settings.ts";
import { codexHomeOf } from "#codex/environment.ts";
import { liveLeases } from "#codex/server/lease.ts";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import { commandWord } from "#commands/stop/command-word.ts";
import type { Locations } from "#runs/locations.ts";
import type { SettingsChange } from "#runs/settings-changes.ts";
import { type Watched, withWatchLock } from "#runs/watched.ts";
import { lookAtWatched } from "./look-at-watched.ts";
import { saySettingsChanges } from "./say-settings-changes.ts";

const LOCK_PATIENCE_MS = 1_000;

/** Returns all that the hooks of one session hang on, and the review with them. */
export function watchedFiles(
  settings: SettingsPaths,
  { launch, userConfig }: Pick<Locations, "launch" | "userConfig">,
  environment: HookCall["environment"],
): readonly Watched[] {
  const codexHome = codexHomeOf(environment);
  const shared = sharedLocalSettings(settings.local);
  return [
    ...[...Object.values(settings), ...(shared === undefined ? [] : [shared])].map(
      (path) => ({ kind: "settings", path }) as const,
    ),
    { kind: "launcher", path: launch },
    { kind: "configuration", path: userConfig },
    { kind: "reviewer", path: join(codexHome, "config.toml") },
    { kind: "reviewer", path: join(codexHome, ".env") },
    ...(environment["PATH"] ? [{ kind: "programs", path: environment["PATH"] } as const] : []),
  ];
}

/** `cwd` stands for the folder that the host was started in, where the host does not tell. */
type HookLook = {
  readonly cwd: string;
  readonly by: Extract<SettingsChange["by"], "session-start" | "stop">;
  /** Where the gate is off nothing begins to be watched. */
  readonly isOn: boolean;
};

/**
 * Looks at all that this session's hooks hang on, and returns what its user has to read of changes, if
 * anything. Never throws for what it cannot read or write: the review is worth more than the watch.
 */
export async function settingsNews(call: HookCall, look: HookLook): Promise<readonly string[]> {
  try {
    await lookUnlessBusy(call, look);
    const { headless } = readHostEnvironment(call.environment);
    const command = commandWord(call.environment, call.locations);
    return saySettingsChanges(call.locations, { command, read: !headless });
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    return [`the settings could not be watched (${oneLine(errorText(error))})`];
  }
}

/** Others look for milliseconds. While a person's setup goes on it is too early: the next stop looks. */
async function lookUnlessBusy(call: HookCall, look: HookLook): Promise<void> {
  const limit = AbortSignal.any([call.signal, AbortSignal.timeout(LOCK_PATIENCE_MS)]);
  try {
    await withWatchLock(call.locations, limit, () => lookFromHook(call, look));
  } catch (error) {
    if (!(error instanceof LockFault)) throw error;
  }
}

function lookFromHook(
  { environment, home, locations, askedAt }: HookCall,
  { cwd, by, isOn }: HookLook,
): void {
  const project = readHostEnvironment(environment).projectDirectory ?? cwd;
  const variables = { HOME: home, ...environment };
  const settings = settingsPaths(claudeConfigDirectory(variables), project, process.platform);
  const files = watchedFiles(settings, locations, variables);
  const sessions = [...new Set(liveLeases(locations.leases).map(({ sessionId }) => sessionId))];
  lookAtWatched(locations, files, { by, sessions, at: askedAt, begins: isOn });
}
