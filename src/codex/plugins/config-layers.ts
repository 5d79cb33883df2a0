import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Found } from "#base/found-file.ts";
import { type PluginConfig, readPluginConfig } from "./plugin-config.ts";
import type { CodexPlaces } from "./plugin-places.ts";

/** One `config.toml` that counts in a folder. `managed` is the machine's. */
export type ConfigLayer = {
  readonly scope: "managed" | "user" | "project";
  readonly config: Found<PluginConfig>;
};

/**
 * Returns the configuration files that count for a session in the project, the weakest first: the
 * machine's, the user's, and, where the user trusts the folder or the repository it is in, one in the
 * `.codex` of each folder from the repository's down to the project (0.169; 0.140 takes the user's only).
 * Files that are not there are left out, but for the user's.
 */
export function configLayers({ system, config, project }: CodexPlaces): readonly ConfigLayer[] {
  const machine: ConfigLayer = { scope: "managed", config: readPluginConfig(system) };
  const user: ConfigLayer = { scope: "user", config: readPluginConfig(config) };
  const trusted = user.config.kind === "read" ? user.config.value.trusted : new Map<string, boolean>();
  const own = projectFolders(project, trusted)
    .map((folder) => join(folder, ".codex", "config.toml"))
    .filter((path) => path !== config)
    .map((path): ConfigLayer => ({ scope: "project", config: readPluginConfig(path) }));
  return [machine, user, ...own].filter((layer) => layer === user || layer.config.kind !== "absent");
}

/** A word about the folder itself weighs more than one about its repository. */
function projectFolders(project: string, trusted: ReadonlyMap<string, boolean>): readonly string[] {
  const folders = foldersUp(realOf(project));
  const top = folders.findIndex((folder) => existsSync(join(folder, ".git")));
  const within = top === -1 ? folders.slice(0, 1) : folders.slice(0, top + 1);
  const whole = trusted.get(within.at(-1) ?? project) ?? false;
  return within.filter((folder) => trusted.get(folder) ?? whole).reverse();
}

function foldersUp(path: string): readonly string[] {
  const above = dirname(path);
  return above === path ? [path] : [path, ...foldersUp(above)];
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
