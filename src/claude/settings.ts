import { join } from "node:path";
import * as z from "zod/mini";
import { errorCode, errorText } from "#base/fault.ts";
import { readBytes } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { droppedInSettings, sharedLocalSettings } from "./more-settings.ts";
import { Command, isOurs } from "./own-hook.ts";

/** The scopes in the order in which Claude Code merges them; the hooks of all of them run. */
const SCOPES = ["user", "project", "local", "managed"] as const;
export type Scope = (typeof SCOPES)[number];

export type SettingsPaths = { readonly [scope in Scope]: string };

/** What we read of a settings file. A part of another shape counts as absent, as it does for the host. */
const ClaudeSettings = z.looseObject({
  hooks: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
  disableAllHooks: z.optional(z.unknown()),
  allowManagedHooksOnly: z.optional(z.unknown()),
  enabledPlugins: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
});
type ClaudeSettings = z.output<typeof ClaudeSettings>;

const Group = z.looseObject({ hooks: z.array(z.unknown()) });

/** One settings file, as found. */
export type SettingsFile = { readonly scope: Scope; readonly path: string } & (
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly detail: string }
  | { readonly kind: "read"; readonly text: string; readonly settings: ClaudeSettings }
);

/** A hook of ours that a settings file registers. `timeout` is in seconds. */
export type RegisteredHook = {
  readonly scope: Scope;
  readonly path: string;
  readonly event: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly timeout: number | undefined;
};

/**
 * Returns where the settings of each scope lie. `projectDirectory` is the folder that Claude Code
 * is started in: 2.1.330 looks at that folder's `.claude` only, not at those above it.
 */
export function settingsPaths(
  configDirectory: string,
  projectDirectory: string,
  platform: NodeJS.Platform,
): SettingsPaths {
  return {
    user: join(configDirectory, "settings.json"),
    project: join(projectDirectory, ".claude", "settings.json"),
    local: join(projectDirectory, ".claude", "settings.local.json"),
    managed: managedPath(platform),
  };
}

/**
 * Returns the settings files of every scope, in the order in which they are merged: one for each, and
 * after it what else belongs to its scope where that is there. Never throws.
 */
export function readSettings(paths: SettingsPaths): readonly SettingsFile[] {
  return SCOPES.flatMap((scope) => {
    const more = morePaths(scope, paths[scope]).map((path) => readSettingsFile(scope, path));
    return [readSettingsFile(scope, paths[scope]), ...more.filter(({ kind }) => kind !== "absent")];
  });
}

function morePaths(scope: Scope, path: string): readonly string[] {
  switch (scope) {
    case "user":
    case "project":
      return [];
    case "local": {
      const shared = sharedLocalSettings(path);
      return shared === undefined ? [] : [shared];
    }
    case "managed":
      return droppedInSettings(path);
  }
}

/** Returns one settings file. Never throws. */
export function readSettingsFile(scope: Scope, path: string): SettingsFile {
  try {
    const text = readBytes(path).toString("utf8");
    const body = text.replace(/^\uFEFF/, "");
    const settings = parseJson(body.trim() === "" ? "{}" : body, ClaudeSettings);
    return { scope, path, kind: "read", text, settings };
  } catch (error) {
    if (errorCode(error) === "ENOENT" || errorCode(error) === "ENOTDIR")
      return { scope, path, kind: "absent" };
    return { scope, path, kind: "unreadable", detail: detailOf(error) };
  }
}

/** Returns the hooks of ours in these files. */
export function registeredHooks(files: readonly SettingsFile[]): readonly RegisteredHook[] {
  return files.flatMap((file) => {
    if (file.kind !== "read") return [];
    const { scope, path } = file;
    return Object.entries(file.settings.hooks ?? {}).flatMap(([event, groups]) =>
      hooksOf(groups)
        .filter(isOurs)
        .map(({ command, args, timeout }) => ({ scope, path, event, command, args: args ?? [], timeout })),
    );
  });
}

/** Returns the files that switch every hook off. The host takes any value but `false` for that. */
export function filesDisablingHooks(files: readonly SettingsFile[]): readonly SettingsFile[] {
  return files.filter((file) => {
    if (file.kind !== "read") return false;
    const { disableAllHooks, allowManagedHooksOnly } = file.settings;
    return isOn(disableAllHooks) || (file.scope === "managed" && isOn(allowManagedHooksOnly));
  });
}

/** Returns the ids (`name@marketplace`) of the plugins that the merged settings enable. */
export function enabledPlugins(files: readonly SettingsFile[]): readonly string[] {
  const merged = new Map<string, unknown>();
  for (const file of files) {
    if (file.kind !== "read") continue;
    for (const [id, enabled] of Object.entries(file.settings.enabledPlugins ?? {})) merged.set(id, enabled);
  }
  return [...merged].filter(([, enabled]) => enabled === true).map(([id]) => id);
}

function detailOf(error: unknown): string {
  if (!(error instanceof JsonFault)) return errorText(error);
  const { failure } = error;
  return failure.kind === "not-json" ? `not valid JSON: ${failure.detail}` : failure.issues.join("; ");
}

/** Entries of another shape are dropped one by one, as the host does; their siblings run. */
function hooksOf(groups: unknown): readonly Command[] {
  if (!Array.isArray(groups)) return [];
  return groups.flatMap((group: unknown) => {
    const parsed = Group.safeParse(group);
    if (!parsed.success) return [];
    return parsed.data.hooks.flatMap((hook) => {
      const command = Command.safeParse(hook);
      return command.success ? [command.data] : [];
    });
  });
}

function isOn(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** Where an administrator's settings lie, by platform (Claude Code's documentation; Linux seen in 2.1.330). */
function managedPath(platform: NodeJS.Platform): string {
  switch (platform) {
    case "darwin":
      return "/Library/Application Support/ClaudeCode/managed-settings.json";
    case "win32":
      return "C:\\Program Files\\ClaudeCode\\managed-settings.json";
    default:
      return "/etc/claude-code/managed-settings.json";
  }
}
