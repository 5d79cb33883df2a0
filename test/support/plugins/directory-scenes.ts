import { join } from "node:path";
import { marketplaceFiles, pluginFiles } from "./plugin-files.ts";
import { openSession } from "./plugin-session.ts";
import { addMarketplace, installPlugin } from "./plugin-steps.ts";
import type { PluginWorld } from "./plugin-world.ts";
import { filesAt } from "./repository-spec.ts";
import { cachePath, LAB, loaded, PLUGIN, type Scene } from "./scene.ts";
import { writeFiles } from "./write-files.ts";

/**
 * A marketplace that is a folder, not a repository: sessions run what is there now, 2.0.0, while record and
 * cache stay at 1.0.0. The running session was started before the folder changed, and holds no marker.
 */
export async function directorySourceMoved(world: PluginWorld): Promise<Scene> {
  return await liveSourceMoved(world, "");
}

/** The same where the marketplace was added by the path of its manifest. */
export async function fileSourceMoved(world: PluginWorld): Promise<Scene> {
  return await liveSourceMoved(world, ".claude-plugin/marketplace.json");
}

/** A marketplace that is a folder, with a plugin from a repository: that one is loaded from the cache. */
export async function repositoryInDirectory(world: PluginWorld): Promise<Scene> {
  const source = join(world.home.root, "directory");
  const entry = { name: "alpha", source: { source: "github", repo: "lab/alpha" } };
  const files = pluginFiles({ name: "alpha", version: "1.0.0", folder: "." });
  world.host({ name: "lab/alpha", commits: [{ label: "one", files }] });
  writeFiles(source, Object.entries(marketplaceFiles("labmkt", [entry])));
  await addMarketplace(world, source);
  await installPlugin(world, PLUGIN);
  return { plugin: PLUGIN, start: {}, next: loaded(cachePath(world, "1.0.0"), "1.0.0") };
}

async function liveSourceMoved(world: PluginWorld, manifest: string): Promise<Scene> {
  const source = join(world.home.root, "directory");
  writeFiles(source, filesAt(LAB, "one"));
  await addMarketplace(world, join(source, manifest));
  await installPlugin(world, PLUGIN);
  const running = await openSession(world);
  writeFiles(source, Object.entries(pluginFiles({ name: "alpha", version: "2.0.0" })));
  return { plugin: PLUGIN, start: {}, next: loaded(join(source, "plugins/alpha"), "2.0.0"), running };
}
