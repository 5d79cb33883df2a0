import * as z from "zod/mini";
import { parseJson } from "#base/json.ts";
import type { ClaudeStep, PluginWorld, StepOptions } from "./plugin-world.ts";

type Scope = "user" | "project" | "local";

/** Where a step is taken: the folder matters for the scopes `project` and `local`. */
export type ScopedOptions = StepOptions & { readonly scope?: Scope };

/** One line of `claude plugin list --json`. */
export type ListedPlugin = z.output<typeof ListedPlugin>;
const ListedPlugin = z.looseObject({
  id: z.string(),
  version: z.optional(z.string()),
  scope: z.optional(z.string()),
  enabled: z.optional(z.boolean()),
  installPath: z.optional(z.string()),
  projectPath: z.optional(z.string()),
  readFromFolder: z.optional(z.string()),
  folderVersion: z.optional(z.string()),
  errors: z.optional(z.array(z.unknown())),
});

/** `owner/name`, a git or https address, or a path. Every step here rejects where Claude Code exits with a failure. */
export function addMarketplace(
  world: PluginWorld,
  source: string,
  options: ScopedOptions = {},
): Promise<ClaudeStep> {
  return step(world, ["marketplace", "add", source, ...scopeWords(options)], options);
}

export function updateMarketplace(world: PluginWorld, name: string): Promise<ClaudeStep> {
  return step(world, ["marketplace", "update", name]);
}

/** Also uninstalls the plugins that came from it. */
export function removeMarketplace(world: PluginWorld, name: string): Promise<ClaudeStep> {
  return step(world, ["marketplace", "remove", name]);
}

export function installPlugin(
  world: PluginWorld,
  plugin: string,
  options: ScopedOptions = {},
): Promise<ClaudeStep> {
  return step(world, ["install", plugin, ...scopeWords(options)], options);
}

/** Without a scope Claude Code chooses one by itself. A session that runs keeps what it has loaded. */
export function updatePlugin(
  world: PluginWorld,
  plugin: string,
  options: ScopedOptions = {},
): Promise<ClaudeStep> {
  return step(world, ["update", plugin, ...scopeWords(options)], options);
}

export function uninstallPlugin(
  world: PluginWorld,
  plugin: string,
  options: ScopedOptions = {},
): Promise<ClaudeStep> {
  return step(world, ["uninstall", plugin, ...scopeWords(options)], options);
}

export function enablePlugin(
  world: PluginWorld,
  plugin: string,
  options: ScopedOptions = {},
): Promise<ClaudeStep> {
  return step(world, ["enable", plugin, ...scopeWords(options)], options);
}

export function disablePlugin(
  world: PluginWorld,
  plugin: string,
  options: ScopedOptions = {},
): Promise<ClaudeStep> {
  return step(world, ["disable", plugin, ...scopeWords(options)], options);
}

/** Beware: this writes. It makes the cache folder of a newer version that the clone has. */
export async function listPlugins(
  world: PluginWorld,
  options: StepOptions = {},
): Promise<readonly ListedPlugin[]> {
  const { stdout } = await step(world, ["list", "--json"], options);
  return parseJson(stdout, z.array(ListedPlugin));
}

async function step(
  world: PluginWorld,
  words: readonly string[],
  options: StepOptions = {},
): Promise<ClaudeStep> {
  const done = await world.run(["plugin", ...words], options);
  if (done.exitCode === 0) return done;
  throw new Error(`claude plugin ${words.join(" ")}: exit ${done.exitCode}\n${done.stdout}\n${done.stderr}`);
}

function scopeWords({ scope }: ScopedOptions): readonly string[] {
  return scope === undefined ? [] : ["--scope", scope];
}
