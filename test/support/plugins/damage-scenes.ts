import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { json, pluginFiles } from "./plugin-files.ts";
import { whatLoads } from "./plugin-session.ts";
import { updateMarketplace } from "./plugin-steps.ts";
import type { PluginWorld } from "./plugin-world.ts";
import {
  cachePath,
  changeRecords,
  installFromGit,
  type Load,
  loaded,
  PLUGIN,
  recordsPath,
  type Scene,
} from "./scene.ts";
import { writeFiles } from "./write-files.ts";

const NOTHING: Load = { kind: "nothing" };

/** The recorded folder is gone: silently not loaded, though recorded and enabled. `plugin list` makes it anew. */
export async function installPathMissing(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  rmSync(cachePath(world, "1.0.0"), { recursive: true });
  return scene(NOTHING);
}

/** No records: the next session loads nothing and writes the file anew from the settings. */
export async function recordsDeleted(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  rmSync(recordsPath(world));
  return scene(NOTHING);
}

/** As before, after that next session: now it loads. */
export async function recordsRebuilt(world: PluginWorld): Promise<Scene> {
  await recordsDeleted(world);
  await whatLoads(world);
  return scene(loaded(cachePath(world, "1.0.0"), "1.0.0"));
}

/** The records are not JSON: nothing loads, and the file stays as it is. */
export async function recordsBroken(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  writeFileSync(recordsPath(world), "{ not json");
  return scene(NOTHING);
}

/** The record says version 5.5.5 and points to 1.0.0, which loads; `plugin list` shows 5.5.5. */
export async function recordVersionLies(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  changeRecords(world, (records) => records.map((record) => ({ ...record, version: "5.5.5" })));
  return scene(loaded(cachePath(world, "1.0.0"), "1.0.0"));
}

/** The record points out of the cache, to a folder that says 6.6.6: that one loads. */
export async function installPathOutside(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  const installPath = join(world.home.root, "outside");
  writeFiles(installPath, Object.entries(pluginFiles({ name: "alpha", version: "6.6.6", folder: "." })));
  changeRecords(world, (records) => records.map((record) => ({ ...record, installPath })));
  return scene(loaded(installPath, "6.6.6"));
}

/**
 * The record was made on another machine: its path is not here, but `plugins/cache/<marketplace>/<plugin>/<version>`
 * at its end is, in the own cache, and that loads.
 */
export async function installPathOfAnotherMachine(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  const installPath = "/home/somebody/.claude/plugins/cache/labmkt/alpha/1.0.0";
  changeRecords(world, (records) => records.map((record) => ({ ...record, installPath })));
  return scene(loaded(cachePath(world, "1.0.0"), "1.0.0"));
}

/** plugin.json in the cache was edited to say 9.9.9: it loads and says so; `plugin list` shows 1.0.0. */
export async function manifestEdited(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  writeFileSync(manifest(world), json({ name: "alpha", version: "9.9.9" }));
  return scene(loaded(cachePath(world, "1.0.0"), "9.9.9"));
}

/** A hook in the cache was edited: it loads without a word. */
export async function codeTampered(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  writeFileSync(join(cachePath(world, "1.0.0"), "hooks/stop.sh"), "#!/bin/sh\necho tampered >&2\nexit 0\n");
  return scene(loaded(cachePath(world, "1.0.0"), "1.0.0"));
}

/** plugin.json is gone: it loads, without a version. */
export async function manifestDeleted(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  rmSync(manifest(world));
  return scene(loaded(cachePath(world, "1.0.0"), undefined));
}

/** plugin.json does not parse: not loaded. */
export async function manifestBroken(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  writeFileSync(manifest(world), "{ not json");
  return scene(NOTHING);
}

/** hooks.json does not parse: loaded without its hooks. */
export async function hooksBroken(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  writeFileSync(join(cachePath(world, "1.0.0"), "hooks/hooks.json"), "{ not json");
  return scene(loaded(cachePath(world, "1.0.0"), "1.0.0"));
}

/** No marketplace is known: not loaded, though clone, record and cache are there. */
export async function knownMarketplacesDeleted(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  rmSync(join(world.pluginsDirectory, "known_marketplaces.json"));
  return scene(NOTHING);
}

/** The known marketplaces are not JSON: not loaded. */
export async function knownMarketplacesBroken(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  writeFileSync(join(world.pluginsDirectory, "known_marketplaces.json"), "{ not json");
  return scene(NOTHING);
}

/** The marketplace's clone is gone: not loaded, though record and cache are there. */
export async function cloneDeleted(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  rmSync(join(world.pluginsDirectory, "marketplaces/labmkt"), { recursive: true });
  return scene(NOTHING);
}

/** The marketplace no longer offers the plugin: not loaded, though record and cache are there. */
export async function entryGone(world: PluginWorld): Promise<Scene> {
  const upstream = await installFromGit(world);
  world.publish(upstream, "gone");
  await updateMarketplace(world, "labmkt");
  return scene(NOTHING);
}

/** The live folder is marked as an orphan: it loads, and that session takes the mark away. */
export async function liveFolderMarked(world: PluginWorld): Promise<Scene> {
  await installFromGit(world);
  writeFileSync(join(cachePath(world, "1.0.0"), ".orphaned_at"), String(Date.now()));
  return scene(loaded(cachePath(world, "1.0.0"), "1.0.0"));
}

function scene(next: Load): Scene {
  return { plugin: PLUGIN, start: {}, next };
}

function manifest(world: PluginWorld): string {
  return join(cachePath(world, "1.0.0"), ".claude-plugin/plugin.json");
}
