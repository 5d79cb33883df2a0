import { startNpmRegistry } from "./npm-registry.ts";
import { json, type MarketplaceEntry, marketplaceFiles, pluginFiles } from "./plugin-files.ts";
import { addMarketplace, installPlugin } from "./plugin-steps.ts";
import type { PluginWorld } from "./plugin-world.ts";
import type { Files } from "./repository-spec.ts";
import { cachePath, loaded, PLUGIN, type Scene } from "./scene.ts";

/** The plugin is an npm package: its record has no commit, nor anything else that tells the bytes. */
export async function fromNpm(world: PluginWorld): Promise<Scene> {
  const files = pluginFiles({ name: "alpha", version: "4.0.0", folder: "." });
  const registry = await startNpmRegistry(world, { name: "lab-alpha", version: "4.0.0", files });
  try {
    const entry = { name: "alpha", source: { source: "npm", package: "lab-alpha" } };
    return await install(world, entry, "4.0.0", {});
  } finally {
    await registry.close();
  }
}

/**
 * The plugin's folder has a package.json and a lock file: Claude Code itself installs what they name, so the
 * cache has a `node_modules` that no commit has.
 */
export async function dependenciesInstalled(world: PluginWorld): Promise<Scene> {
  const files = { "index.js": "module.exports = 1;\n" };
  const registry = await startNpmRegistry(world, { name: "lab-dependency", version: "1.0.0", files });
  const dependencies = { "lab-dependency": "1.0.0" };
  const { tarball: resolved, integrity } = registry;
  const manifest = { name: "alpha", version: "1.0.0", dependencies };
  const more = {
    "package.json": json(manifest),
    "package-lock.json": json({
      ...manifest,
      lockfileVersion: 3,
      requires: true,
      packages: {
        "": manifest,
        "node_modules/lab-dependency": { version: "1.0.0", resolved, integrity },
      },
    }),
  };
  try {
    const entry = { name: "alpha", source: "./plugins/alpha" };
    return await install(world, entry, "1.0.0", pluginFiles({ name: "alpha", version: "1.0.0", more }));
  } finally {
    await registry.close();
  }
}

async function install(
  world: PluginWorld,
  entry: MarketplaceEntry,
  version: string,
  files: Files,
): Promise<Scene> {
  const commit = { label: "one", files: { ...marketplaceFiles("labmkt", [entry]), ...files } };
  world.host({ name: "lab/mkt", commits: [commit] });
  await addMarketplace(world, "lab/mkt");
  await installPlugin(world, PLUGIN);
  return { plugin: PLUGIN, start: {}, next: loaded(cachePath(world, version), version) };
}
