import type { HookPlace } from "#claude/transcript/may-write-silently.ts";
import { pluginHooks } from "./plugin-hooks.ts";
import { enabledPlugins, readSettings, type SettingsFile, type SettingsPaths } from "./settings.ts";

/**
 * Returns the hooks that the settings files and the plugins that they enable register, as far as
 * they are in force. `pluginsDirectory` is where Claude Code keeps its records of plugins. Hooks
 * that are given on the command line, or in the head of a skill or sub-agent, are not among them.
 */
export function hookPlaces(paths: SettingsPaths, pluginsDirectory: string): readonly HookPlace[] {
  const files = filesInForce(readSettings(paths));
  const plugins = enabledPlugins(files).flatMap((id) => pluginHooks(pluginsDirectory, id));
  return [...files.flatMap(placeOf), ...plugins];
}

/**
 * Returns the files whose hooks run, as Claude Code 2.1.330 has it: an administrator's file stops
 * every hook, or every one but its own; of the other files the last one that says anything stops
 * those of all of them.
 */
export function filesInForce(files: readonly SettingsFile[]): readonly SettingsFile[] {
  const managed = files.filter(({ scope }) => scope === "managed");
  if (isStopped(managed)) return [];
  const alone = managed.some((file) => file.kind === "read" && file.settings.allowManagedHooksOnly === true);
  return alone || isStopped(files.filter(({ scope }) => scope !== "managed")) ? managed : files;
}

function isStopped(files: readonly SettingsFile[]): boolean {
  const last = files.findLast(
    (file) =>
      file.kind === "unreadable" || (file.kind === "read" && file.settings.disableAllHooks !== undefined),
  );
  return last?.kind === "read" && last.settings.disableAllHooks === true;
}

function placeOf(file: SettingsFile): readonly HookPlace[] {
  switch (file.kind) {
    case "absent":
      return [];
    case "unreadable":
      return [{ kind: "unknown" }];
    case "read":
      return [{ kind: "events", events: file.settings.hooks ?? {} }];
  }
}
