import { json } from "./plugin-files.ts";
import type { PluginWorld } from "./plugin-world.ts";
import { cachePath, installFromGit, loaded, PLUGIN, type Scene } from "./scene.ts";

/** Recorded, cached and enabled; started with setting sources that leave the user's out: not loaded. */
export async function withoutUserSettings(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  const args = ["--setting-sources", "project,local"];
  return { plugin: PLUGIN, start: { args }, next: { kind: "nothing" } };
}

/** The project's settings say false: not loaded there. */
export async function disabledByProject(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  const cwd = world.makeProject("without", {
    ".claude/settings.json": json({ enabledPlugins: { [PLUGIN]: false } }),
  });
  return { plugin: PLUGIN, start: { cwd }, next: { kind: "nothing" } };
}

/** All hooks are off: loaded, and its hooks do not run. */
export async function hooksOff(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  const cwd = world.makeProject("hookless", {
    ".claude/settings.json": json({ disableAllHooks: true }),
  });
  return { plugin: PLUGIN, start: { cwd }, next: loaded(cachePath(world, "1.0.0"), "1.0.0") };
}

/** Started with --safe-mode: loaded, and its hooks do not run. */
export async function safeMode(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  const next = loaded(cachePath(world, "1.0.0"), "1.0.0");
  return { plugin: PLUGIN, start: { args: ["--safe-mode"] }, next };
}

/** Started with --bare: loaded, and its hooks do not run. */
export async function bare(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  const next = loaded(cachePath(world, "1.0.0"), "1.0.0");
  return { plugin: PLUGIN, start: { args: ["--bare"] }, next };
}
