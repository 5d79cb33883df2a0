import { existsSync } from "node:fs";
import type { GatheredPlugins } from "#audit/plugins/audit-plugins.ts";
import type { PluginInventory } from "#claude/plugins/inventory.ts";
import { filesDisablingHooks } from "#claude/settings.ts";
import { type CodexInventory, readCodexInventory } from "#codex/plugins/inventory.ts";
import { codexPlaces } from "#codex/plugins/plugin-places.ts";
import type { Surroundings } from "#commands/command.ts";
import { type Gathering, gatherHost } from "./gather-host.ts";
import type { HostPlugins } from "./host-plugins.ts";
import { codexFolder } from "./host-ways.ts";

/** What the files of both hosts say. `codex` is null where there is no Codex. */
export type Inventories = { readonly claude: PluginInventory; readonly codex: CodexInventory | null };

/** Returns what Codex's files say; null where it has no folder. */
export function codexInventory({
  environment,
  home,
  cwd,
}: Pick<Surroundings, "environment" | "home" | "cwd">): CodexInventory | null {
  const places = codexPlaces({ HOME: home, ...environment }, cwd);
  return existsSync(places.home) ? readCodexInventory(places) : null;
}

/**
 * Returns everything that can be found out of the plugins that the inventories name.
 *
 * @throws GitFault `git-missing`, or `git-timed-out` when `signal` fires; or its reason.
 */
export async function gatherPlugins(
  { claude, codex }: Inventories,
  gathering: Gathering,
  signal: AbortSignal,
): Promise<GatheredPlugins> {
  const hosts = [claudePlugins(claude), ...(codex === null ? [] : [codexPlugins(codex)])];
  const gathered = [];
  for (const host of hosts) gathered.push({ host, ...(await gatherHost(host, gathering, signal)) });
  return {
    inventory: claude,
    codex: codex && { ...codex, cache: codexCache(codex) },
    plugins: gathered.flatMap(({ plugins }) => plugins),
    marketplaces: gathered.flatMap(({ host: { host }, marketplaces }) =>
      marketplaces.map((facts) => ({ host, facts })),
    ),
    hooksOffBy: filesDisablingHooks(claude.settings).map(({ path }) => path),
  };
}

/** Returns what Claude Code's files say, in the shape that all hosts share. */
export function claudePlugins(inventory: PluginInventory): HostPlugins {
  const { enablements, records, marketplaces, cache, unrecorded, processes, places } = inventory;
  return {
    host: "claude",
    project: places.project,
    enablements,
    records: records.kind === "read" ? records.value : [],
    marketplaces: marketplaces.kind === "read" ? marketplaces.value : [],
    clones: places.marketplaces,
    cache,
    unrecorded,
    processes,
  };
}

/** Returns the same of Codex's. What its processes hold is not known from outside. */
export function codexPlugins(inventory: CodexInventory): HostPlugins {
  const { enablements, records, marketplaces, places } = inventory;
  return {
    host: "codex",
    project: places.project,
    enablements,
    records: records.kind === "read" ? records.value : [],
    marketplaces: marketplaces.kind === "read" ? marketplaces.value : [],
    clones: places.clones,
    cache: codexCache(inventory),
    unrecorded: [],
    processes: [],
  };
}

function codexCache({ cache }: CodexInventory): HostPlugins["cache"] {
  return cache.map((version) => ({ ...version, folder: codexFolder(version.folder) }));
}
