import { existsSync } from "node:fs";
import { withLock } from "#base/lock.ts";
import { removeHooks } from "#claude/hook-registrations.ts";
import { readSettingsFile, registeredHooks, type SettingsPaths } from "#claude/settings.ts";
import { registeredFiles, removeLauncher } from "./launcher.ts";
import { planChange, removeChanged, type SettingsChange, writeChange } from "./settings-change.ts";
import { settingsDiff } from "./settings-diff.ts";
import { type SetupPlace, setupLock, type WritableScope } from "./setup.ts";

export type RemoveOptions = {
  /** Only this scope; undefined for all that a person may change. */
  readonly scope: WritableScope | undefined;
  readonly dryRun: boolean;
  readonly at: Date;
};

/** What was done to one settings file. */
type Removal = {
  readonly scope: WritableScope;
  readonly settingsPath: string;
  readonly diff: string;
  /** Where the old settings were copied to; undefined where the file held nothing else, and went, or nothing was done. */
  readonly backup: string | undefined;
};

export type RemoveReport = {
  readonly kind: "removed" | "nothing-registered" | "would-remove";
  readonly removals: readonly Removal[];
  /** Other settings files that still register the launcher, which therefore stays. */
  readonly stillRegistered: readonly string[];
  readonly launcher: "removed" | "kept" | "absent";
};

/**
 * Takes our hooks out of Claude Code's settings and leaves everything else as it is. The launcher
 * goes with the last file that names it; sessions, receipts and other records stay.
 *
 * @throws UsageFault where a settings file cannot be changed: then none was.
 */
export async function remove(
  options: RemoveOptions,
  place: SetupPlace,
  signal: AbortSignal,
): Promise<RemoveReport> {
  const plan = () => planRemovals(options.scope, place.settings);
  const planned = plan();
  if (options.dryRun) {
    const kind = planned.length === 0 ? "nothing-registered" : "would-remove";
    const removals = await carryOut(planned, () => undefined, signal);
    return { kind, removals, ...remaining(place, planned) };
  }
  if (planned.length === 0 && !existsSync(place.launchDirectory)) {
    return { kind: "nothing-registered", removals: [], stillRegistered: [], launcher: "absent" };
  }
  const work = async (): Promise<RemoveReport> => {
    const removals = await carryOut(plan(), (change) => apply(change, options.at), signal);
    const left = remaining(place, []);
    if (left.launcher === "removed") removeLauncher(place.launchDirectory);
    return { kind: removals.length === 0 ? "nothing-registered" : "removed", removals, ...left };
  };
  return await withLock(setupLock(place), work, signal);
}

type Planned = { readonly scope: WritableScope; readonly change: SettingsChange };

/** Every file is read and tried before the first one is written. */
function planRemovals(only: WritableScope | undefined, paths: SettingsPaths): readonly Planned[] {
  const scopes = only === undefined ? (["user", "project", "local"] as const) : [only];
  return scopes
    .filter((scope) => existsSync(paths[scope]))
    .map((scope) => ({ scope, change: planChange(paths[scope], removeHooks) }))
    .filter(({ change }) => change.before !== change.after);
}

async function carryOut(
  planned: readonly Planned[],
  act: (change: SettingsChange) => string | undefined,
  signal: AbortSignal,
): Promise<readonly Removal[]> {
  const shown = planned.map(({ change }) => (goes(change) ? { ...change, after: undefined } : change));
  const diffs = await Promise.all(shown.map((change) => settingsDiff(change, signal)));
  return planned.map(({ scope, change }, index) => ({
    scope,
    settingsPath: change.path,
    diff: diffs[index] ?? "",
    backup: act(change),
  }));
}

function apply(change: SettingsChange, at: Date): string | undefined {
  if (!goes(change)) return writeChange(change, at);
  removeChanged(change);
  return undefined;
}

/** A file that setup made holds nothing then: it goes, for nobody but us ever wanted it. */
function goes({ after, target, path }: SettingsChange): boolean {
  return after === "{}\n" && target === path;
}

/** Which files name the launcher, those of `planned` apart, and what that means for it. */
function remaining(
  place: SetupPlace,
  planned: readonly Planned[],
): Pick<RemoveReport, "stillRegistered" | "launcher"> {
  if (!existsSync(place.launchDirectory)) return { stillRegistered: [], launcher: "absent" };
  const gone = new Set(planned.map(({ change }) => change.path));
  const known = new Set([...Object.values(place.settings), ...registeredFiles(place.launchDirectory)]);
  const stillRegistered = [...known].filter((path) => !gone.has(path) && registers(path));
  return { stillRegistered, launcher: stillRegistered.length === 0 ? "removed" : "kept" };
}

/** A file that cannot be read may still register the launcher: it counts as one that does. */
function registers(path: string): boolean {
  const file = readSettingsFile("user", path);
  if (file.kind === "absent") return false;
  return file.kind === "unreadable" || registeredHooks([file]).length > 0;
}
