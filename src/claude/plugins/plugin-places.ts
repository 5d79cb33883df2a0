import { posix, win32 } from "node:path";
import { claudeConfigDirectory, pluginsDirectory } from "#claude/host-environment.ts";
import type { SettingsFile } from "#claude/settings.ts";
import { settingsEnvironment } from "#claude/settings-environment.ts";

/** Where one Claude Code installation keeps what belongs to plugins. All paths are absolute. */
export type PluginPlaces = {
  readonly configDirectory: string;
  /** `plugins/`, which `CLAUDE_CODE_PLUGIN_CACHE_DIR` moves. */
  readonly pluginsDirectory: string;
  readonly installed: string;
  readonly known: string;
  readonly marketplaces: string;
  readonly cache: string;
  /** One file for each live process. */
  readonly sessions: string;
  /** Folders of skills that may be plugins: the user's, and the project's. */
  readonly skills: string;
  readonly projectSkills: string;
  /** `CLAUDE_CODE_PLUGIN_SEED_DIR` and `CLAUDE_CODE_PLUGIN_DIRS` of this very environment. */
  readonly seeds: readonly string[];
  readonly extra: readonly string[];
  /** `CLAUDE_CODE_SYNC_PLUGIN_INSTALL`: what is enabled and has no record is installed before a session starts. */
  readonly installsAtStart: boolean;
  /** The folder that the audit was asked in: it decides which project's settings and records apply. */
  readonly project: string;
};

/** What the places depend on. `cwd` is absolute; `home` stands for the user's where `HOME` does not. */
export type Surroundings = {
  readonly environment: NodeJS.ProcessEnv;
  readonly home: string;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
};

/**
 * Returns where a Claude Code that is started in these surroundings keeps its plugins. The variables
 * are read as 2.1.330 reads them: several folders are parted as on `PATH`, `~` is the home, relative
 * ones count from the folder that it is started in, and those of `CLAUDE_CODE_PLUGIN_DIRS` are ignored.
 */
export function pluginPlaces({ environment, home, cwd, platform }: Surroundings): PluginPlaces {
  const { join, resolve } = platform === "win32" ? win32 : posix;
  const base = environment["HOME"] || home;
  const variables: NodeJS.ProcessEnv = { ...environment, HOME: base };
  const whole = (path: string): string => resolve(cwd, withHome(path, base));
  const configDirectory = resolve(cwd, claudeConfigDirectory(variables));
  const plugins = whole(pluginsDirectory(variables));
  return {
    configDirectory,
    pluginsDirectory: plugins,
    installed: join(plugins, "installed_plugins.json"),
    known: join(plugins, "known_marketplaces.json"),
    marketplaces: join(plugins, "marketplaces"),
    cache: join(plugins, "cache"),
    sessions: join(configDirectory, "sessions"),
    skills: join(configDirectory, "skills"),
    projectSkills: join(cwd, ".claude", "skills"),
    seeds: listed(variables["CLAUDE_CODE_PLUGIN_SEED_DIR"], platform).map(whole),
    extra: listed(variables["CLAUDE_CODE_PLUGIN_DIRS"], platform)
      .map((path) => withHome(path.trim(), base))
      .filter((path) => isAbsoluteOn(platform, path))
      .map(whole),
    installsAtStart: isSwitchedOn(variables["CLAUDE_CODE_SYNC_PLUGIN_INSTALL"]),
    project: cwd,
  };
}

/**
 * Returns the surroundings as a session has them that reads these settings: the `env` blocks of the user's
 * and of the administrator's files come before the environment, those of a project do not count here
 * (measured with 2.1.330).
 */
export function withSettings(surroundings: Surroundings, files: readonly SettingsFile[]): Surroundings {
  const counted = files.filter(({ scope }) => scope === "user" || scope === "managed");
  return { ...surroundings, environment: { ...surroundings.environment, ...settingsEnvironment(counted) } };
}

function listed(value: string | undefined, platform: NodeJS.Platform): readonly string[] {
  const { delimiter } = platform === "win32" ? win32 : posix;
  return (value ?? "").split(delimiter).filter((path) => path.trim() !== "");
}

function isAbsoluteOn(platform: NodeJS.Platform, path: string): boolean {
  return platform === "win32" ? win32.isAbsolute(path) : posix.isAbsolute(path);
}

function withHome(path: string, home: string): string {
  return path === "~" || path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
}

function isSwitchedOn(value: string | undefined): boolean {
  return ["1", "true", "yes", "on"].includes((value ?? "").trim().toLowerCase());
}
