import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { liveHolder } from "./holders.ts";
import type { Upstream } from "./make-upstream.ts";
import { type LiveSession, openSession } from "./plugin-session.ts";
import {
  disablePlugin,
  enablePlugin,
  installPlugin,
  listPlugins,
  removeMarketplace,
  uninstallPlugin,
  updateMarketplace,
  updatePlugin,
} from "./plugin-steps.ts";
import type { PluginWorld } from "./plugin-world.ts";
import { cachePath, installFromGit, type Load, loaded, PLUGIN, type Scene } from "./scene.ts";

/** Upstream has 2.0.0; nothing here knows it yet. */
export async function upstreamMoved(world: PluginWorld): Promise<Scene> {
  const before = await inUse(world);
  world.publish(before.upstream, "two");
  return sceneOf(before, loaded(cachePath(world, "1.0.0"), "1.0.0"));
}

/** The clone has 2.0.0; record, cache and sessions stay at 1.0.0. */
export async function marketplaceUpdated(world: PluginWorld): Promise<Scene> {
  const before = await inUse(world);
  await fetchCommit(world, before.upstream, "two");
  return sceneOf(before, loaded(cachePath(world, "1.0.0"), "1.0.0"));
}

/** As before, and `plugin list` was run: it made the folder of 2.0.0, which nothing loads. */
export async function listedAfterMarketplaceUpdate(world: PluginWorld): Promise<Scene> {
  const scene = await marketplaceUpdated(world);
  await listPlugins(world);
  return scene;
}

/** Clone, record and next session have 2.0.0; 1.0.0 is marked as an orphan, and the running session holds it. */
export async function pluginUpdated(world: PluginWorld): Promise<Scene> {
  const before = await inUse(world);
  await fetchCommit(world, before.upstream, "two");
  await updatePlugin(world, PLUGIN);
  return sceneOf(before, loaded(cachePath(world, "2.0.0"), "2.0.0"));
}

/**
 * As before, and the running session was told to reload: it holds both versions and has loaded 2.0.0.
 * Its files are those of `backgroundUpdated`, where it has loaded 1.0.0.
 */
export async function updatedAndReloaded(world: PluginWorld): Promise<Scene> {
  const scene = await pluginUpdated(world);
  await scene.running?.ask("/reload-plugins");
  return scene;
}

/** The clone has new content of the same version: the update finds nothing to do, record and cache are old. */
export async function sameVersionNewContent(world: PluginWorld): Promise<Scene> {
  const before = await inUse(world);
  await fetchCommit(world, before.upstream, "changed");
  await updatePlugin(world, PLUGIN);
  return sceneOf(before, loaded(cachePath(world, "1.0.0"), "1.0.0"));
}

/** As before, then uninstalled and installed again: new commit in the record, new bytes in the same folder. */
export async function reinstalled(world: PluginWorld): Promise<Scene> {
  const scene = await sameVersionNewContent(world);
  await uninstallPlugin(world, PLUGIN);
  await installPlugin(world, PLUGIN);
  return scene;
}

/** Record and cache are kept; the running session goes on with it. */
export async function disabled(world: PluginWorld): Promise<Scene> {
  const before = await inUse(world);
  await disablePlugin(world, PLUGIN);
  return sceneOf(before, { kind: "nothing" });
}

/** Disabled and enabled again: as if nothing had been. */
export async function enabledAgain(world: PluginWorld): Promise<Scene> {
  const scene = await disabled(world);
  await enablePlugin(world, PLUGIN);
  return { ...scene, next: loaded(cachePath(world, "1.0.0"), "1.0.0") };
}

/** The marketplace was removed, and its plugins with it; the running session goes on. */
export async function marketplaceRemoved(world: PluginWorld): Promise<Scene> {
  const before = await inUse(world);
  await removeMarketplace(world, "labmkt");
  return sceneOf(before, { kind: "nothing" });
}

/** The record is gone, the folder is marked as an orphan, and the running session goes on with it. */
export async function uninstalled(world: PluginWorld): Promise<Scene> {
  const before = await inUse(world);
  await uninstallPlugin(world, PLUGIN);
  return sceneOf(before, { kind: "nothing" });
}

/** The folder was deleted while a session runs: its hooks fail from now on. */
export async function cacheDeletedUnderSession(world: PluginWorld): Promise<Scene> {
  const before = await inUse(world);
  rmSync(cachePath(world, "1.0.0"), { recursive: true });
  return sceneOf(before, { kind: "nothing" });
}

/**
 * What a session with automatic updates does at some moment of its first ten minutes: the files of an update,
 * and its own marker in the new version too, while it goes on with 1.0.0. (The real thing took 354 s; the init
 * event of the headless session's next turn then said 2.0.0, and its Stop hook was still run from 1.0.0.)
 */
export async function backgroundUpdated(world: PluginWorld): Promise<Scene> {
  const scene = await pluginUpdated(world);
  if (scene.running === undefined) return scene;
  const holder = liveHolder(scene.running.pid);
  const folder = join(cachePath(world, "2.0.0"), ".in_use");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, String(holder.pid)), JSON.stringify(holder));
  return scene;
}

/** The session was killed: its marker and its session file stay. */
export async function holderKilled(world: PluginWorld): Promise<Scene> {
  const scene = await pluginUpdated(world);
  await scene.running?.kill();
  return { plugin: scene.plugin, start: scene.start, next: scene.next };
}

type InUse = { readonly upstream: Upstream; readonly running: LiveSession };

async function inUse(world: PluginWorld): Promise<InUse> {
  const upstream = await installFromGit(world);
  return { upstream, running: await openSession(world) };
}

async function fetchCommit(world: PluginWorld, upstream: Upstream, label: string): Promise<void> {
  world.publish(upstream, label);
  await updateMarketplace(world, "labmkt");
}

function sceneOf({ running }: InUse, next: Load): Scene {
  return { plugin: PLUGIN, start: {}, next, running };
}
