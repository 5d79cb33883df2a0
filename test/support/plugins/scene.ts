import { cpSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import type { Upstream } from "./make-upstream.ts";
import { json, marketplaceFiles, pluginFiles } from "./plugin-files.ts";
import { type LiveSession, type SessionOptions, whatLoads } from "./plugin-session.ts";
import { addMarketplace, installPlugin } from "./plugin-steps.ts";
import type { PluginWorld } from "./plugin-world.ts";
import type { RepositorySpec } from "./repository-spec.ts";

/** What a session loads of one plugin. */
export type Load =
  | { readonly kind: "nothing" }
  /** `version` is what plugin.json there says. */
  | { readonly kind: "loaded"; readonly path: string; readonly version: string | undefined };

/** A state that a world was brought into, and what is true in it. */
export type Scene = {
  /** `plugin@marketplace` */
  readonly plugin: string;
  /** How the session is started that `next` is about. */
  readonly start: SessionOptions;
  /** What a session that starts now loads. Starting one changes files: look at them first. */
  readonly next: Load;
  /** A session that was started before the last steps, where the state is about one. End it. */
  readonly running?: LiveSession;
};

export const PLUGIN = "alpha@labmkt";

/**
 * The marketplace of most scenes: `two` has a new version, `changed` the same one with other content,
 * `gone` no longer offers the plugin. All three follow `one`.
 */
export const LAB: RepositorySpec = {
  name: "lab/mkt",
  commits: [
    {
      label: "one",
      files: {
        ...marketplaceFiles("labmkt", [{ name: "alpha", source: "./plugins/alpha" }]),
        ...pluginFiles({ name: "alpha", version: "1.0.0" }),
      },
    },
    { label: "two", files: pluginFiles({ name: "alpha", version: "2.0.0" }) },
    {
      label: "changed",
      parent: "one",
      files: pluginFiles({ name: "alpha", version: "1.0.0", content: "changed" }),
    },
    { label: "gone", parent: "one", files: marketplaceFiles("labmkt", []) },
  ],
};

const installations = new WeakMap<PluginWorld, () => void>();

/**
 * Adds the marketplace as of `one` and installs its plugin for the user: the state before most scenes. Asked
 * for again in the same world, what Claude Code wrote the first time is put back. The installed files are an
 * hour old, so that edits are seen to be younger.
 */
export async function installFromGit(world: PluginWorld): Promise<Upstream> {
  const upstream = world.host(LAB, "one");
  const again = installations.get(world);
  if (again !== undefined) {
    again();
    return upstream;
  }
  await addMarketplace(world, "lab/mkt");
  await installPlugin(world, PLUGIN);
  ageFiles(cachePath(world, "1.0.0"));
  installations.set(world, keepFiles(world, [world.pluginsDirectory, world.home.settingsPath], "installed"));
  return upstream;
}

/** Returns what a new session really loads: what `next` must be equal to. */
export async function measureNext(world: PluginWorld, scene: Scene): Promise<Load> {
  const [name] = scene.plugin.split("@");
  const { plugins } = await whatLoads(world, scene.start);
  const found = plugins.find((plugin) => plugin.name === name);
  return found === undefined ? { kind: "nothing" } : loaded(found.path, found.version);
}

export function loaded(path: string, version: string | undefined): Load {
  return { kind: "loaded", path, version };
}

/** The folder of a version of the plugin in the cache. */
export function cachePath(world: PluginWorld, version: string): string {
  return join(world.pluginsDirectory, "cache", "labmkt", "alpha", version);
}

/** Keeps a copy of the config directory; the function that it returns puts it back, times included. */
export function keepState(world: PluginWorld): () => void {
  return keepFiles(world, [world.configDirectory], "as-it-was");
}

export type InstallRecord = z.output<typeof InstallRecord>;
const InstallRecord = z.looseObject({ scope: z.string(), installPath: z.string(), version: z.string() });
const Installed = z.looseObject({ plugins: z.record(z.string(), z.array(InstallRecord)) });

export function recordsPath(world: PluginWorld): string {
  return join(world.pluginsDirectory, "installed_plugins.json");
}

/** Rewrites the plugin's records by hand. */
export function changeRecords(
  world: PluginWorld,
  change: (records: readonly InstallRecord[]) => readonly InstallRecord[],
): void {
  const installed = parseJson(readFileSync(recordsPath(world), "utf8"), Installed);
  const records = change(installed.plugins[PLUGIN] ?? []);
  writeFileSync(
    recordsPath(world),
    json({ ...installed, plugins: { ...installed.plugins, [PLUGIN]: records } }),
  );
}

function keepFiles(world: PluginWorld, paths: readonly string[], name: string): () => void {
  const copies = join(world.home.root, "kept", name);
  for (const path of paths) copyOver(path, join(copies, basename(path)));
  return () => {
    for (const path of paths) copyOver(join(copies, basename(path)), path);
  };
}

function ageFiles(folder: string): void {
  const then = Date.now() / 1000 - 3600;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    utimesSync(join(folder, name), then, then);
  }
}

function copyOver(from: string, to: string): void {
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}
