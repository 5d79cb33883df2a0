import { installPlugin, updateMarketplace, updatePlugin } from "./plugin-steps.ts";
import type { PluginWorld } from "./plugin-world.ts";
import { cachePath, changeRecords, installFromGit, loaded, PLUGIN, type Scene } from "./scene.ts";

/** User record 1.0.0, then a project record 2.0.0: in the project the first of the two loads, 1.0.0. */
export async function userRecordFirst(world: PluginWorld): Promise<Scene> {
  const cwd = world.makeProject("scoped");
  const upstream = await installFromGit(world);
  world.publish(upstream, "two");
  await updateMarketplace(world, "labmkt");
  await installPlugin(world, PLUGIN, { scope: "project", cwd });
  return { plugin: PLUGIN, start: { cwd }, next: loaded(cachePath(world, "1.0.0"), "1.0.0") };
}

/** The same two records in the other order: 2.0.0 loads in the project. */
export async function projectRecordFirst(world: PluginWorld): Promise<Scene> {
  const { plugin, start } = await userRecordFirst(world);
  changeRecords(world, (records) => records.toReversed());
  return { plugin, start, next: loaded(cachePath(world, "2.0.0"), "2.0.0") };
}

/** As before, looked at from a folder that the project record is not for: the user's 1.0.0 loads. */
export async function projectRecordElsewhere(world: PluginWorld): Promise<Scene> {
  const { plugin } = await projectRecordFirst(world);
  return { plugin, start: {}, next: loaded(cachePath(world, "1.0.0"), "1.0.0") };
}

/** Both scopes at 1.0.0, then an update without a scope: only the project's record moves to 2.0.0. */
export async function updatedWithoutScope(world: PluginWorld): Promise<Scene> {
  const cwd = world.makeProject("scoped");
  const upstream = await installFromGit(world);
  await installPlugin(world, PLUGIN, { scope: "project", cwd });
  world.publish(upstream, "two");
  await updateMarketplace(world, "labmkt");
  await updatePlugin(world, PLUGIN, { cwd });
  return { plugin: PLUGIN, start: { cwd }, next: loaded(cachePath(world, "1.0.0"), "1.0.0") };
}
