import { join } from "node:path";
import { writeUserSettings } from "../claude-home.ts";
import { json, pluginFiles } from "./plugin-files.ts";
import { addMarketplace, installPlugin } from "./plugin-steps.ts";
import type { PluginWorld } from "./plugin-world.ts";
import { cachePath, installFromGit, LAB, loaded, PLUGIN, type Scene } from "./scene.ts";
import { writeFiles } from "./write-files.ts";

/** `--plugin-dir`: takes the place of the installed plugin of the same name. Only the process's arguments tell. */
export async function pluginDirArgument(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  const folder = looseFolder(world);
  return { plugin: "alpha@inline", start: { args: ["--plugin-dir", folder] }, next: loaded(folder, "7.0.0") };
}

/** The same by the environment, CLAUDE_CODE_PLUGIN_DIRS. */
export async function pluginDirsEnvironment(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  const folder = looseFolder(world);
  const env = { CLAUDE_CODE_PLUGIN_DIRS: folder };
  return { plugin: "alpha@inline", start: { env }, next: loaded(folder, "7.0.0") };
}

/**
 * CLAUDE_CODE_PLUGIN_SEED_DIR: a plugins folder that somebody else filled. The settings enable the plugin;
 * it loads from the cache inside the seed, and no record of it is here.
 */
export async function seedDirectory(world: PluginWorld): Promise<Scene> {
  const seed = join(world.home.root, "seed");
  const env = { CLAUDE_CODE_PLUGIN_CACHE_DIR: seed };
  world.host(LAB, "one");
  await addMarketplace(world, "lab/mkt", { env });
  await installPlugin(world, PLUGIN, { env });
  return {
    plugin: PLUGIN,
    start: { env: { CLAUDE_CODE_PLUGIN_SEED_DIR: seed } },
    next: loaded(join(seed, "cache/labmkt/alpha/1.0.0"), "1.0.0"),
  };
}

/** A plugin in `<config>/skills/<name>`: loads as `<name>@skills-dir`; `plugin list` shows it. */
export async function skillsDirectory(world: PluginWorld): Promise<Scene> {
  const folder = join(world.configDirectory, "skills/alpha");
  writeFiles(folder, Object.entries(pluginFiles({ name: "alpha", version: "7.0.0", folder: "." })));
  return { plugin: "alpha@skills-dir", start: {}, next: loaded(folder, "7.0.0") };
}

/** A project enables a plugin that is cached and has no record: a headless session does not load it. */
export async function enabledByProjectOnly(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  writeFiles(world.pluginsDirectory, [["installed_plugins.json", json({ version: 2, plugins: {} })]]);
  writeUserSettings(world.home, {});
  const cwd = world.makeProject("enabling", {
    ".claude/settings.json": json({ enabledPlugins: { [PLUGIN]: true } }),
  });
  return { plugin: PLUGIN, start: { cwd }, next: { kind: "nothing" } };
}

/** The same where plugins are installed before the start: it loads from the cache, and no record is written. */
export async function enabledByProjectInstalledAtStart(world: PluginWorld): Promise<Scene> {
  const { plugin, start } = await enabledByProjectOnly(world);
  const env = { CLAUDE_CODE_SYNC_PLUGIN_INSTALL: "1" };
  return { plugin, start: { ...start, env }, next: loaded(cachePath(world, "1.0.0"), "1.0.0") };
}

function looseFolder(world: PluginWorld): string {
  const folder = join(world.home.root, "loose");
  writeFiles(folder, Object.entries(pluginFiles({ name: "alpha", version: "7.0.0", folder: "." })));
  return folder;
}
