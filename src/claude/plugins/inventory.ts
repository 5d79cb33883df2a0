import { readSettings, type SettingsFile, settingsPaths } from "#claude/settings.ts";
import type { CachedVersion } from "./cached-version.ts";
import type { ClaudeProcess } from "./claude-process.ts";
import { type Enablement, enablementsIn } from "./enablement.ts";
import type { Found } from "./found.ts";
import { type InstallRecord, readInstallRecords } from "./install-record.ts";
import { readMarketplaces } from "./known-marketplaces.ts";
import { foreignPids, liveClaudes } from "./live-claudes.ts";
import type { Marketplace } from "./marketplace.ts";
import { type PluginPlaces, pluginPlaces, type Surroundings } from "./plugin-places.ts";
import { processLookup } from "./process-lookup.ts";
import { readCache } from "./read-cache.ts";
import { recordsFor } from "./records-for.ts";
import type { UnrecordedPlugin } from "./unrecorded-plugin.ts";
import { unrecordedPlugins } from "./unrecorded-plugins.ts";

/** Everything that the host's files say of plugins, read once. */
export type PluginInventory = {
  readonly places: PluginPlaces;
  readonly settings: readonly SettingsFile[];
  readonly enablements: readonly Enablement[];
  readonly records: Found<readonly InstallRecord[]>;
  /** Those of the records that count for a session which is started in the project, in their order. */
  readonly recordsHere: readonly InstallRecord[];
  readonly marketplaces: Found<readonly Marketplace[]>;
  readonly cache: readonly CachedVersion[];
  /** Folders of the cache that were not looked into, for there are too many of them. */
  readonly cacheLeftOut: number;
  /** What could not be listed, in words. */
  readonly unlisted: readonly string[];
  readonly unrecorded: readonly UnrecordedPlugin[];
  readonly processes: readonly ClaudeProcess[];
};

/**
 * Returns what a Claude Code that is started in these surroundings finds of plugins, and which of its
 * processes live. Only reads, runs nothing, and never throws: what is broken is told in its place.
 */
export function readInventory(surroundings: Surroundings): PluginInventory {
  const { cwd, platform } = surroundings;
  const places = pluginPlaces(surroundings);
  const settings = readSettings(settingsPaths(places.configDirectory, cwd, platform));
  const records = readInstallRecords(places.installed);
  const startOf = processLookup(platform);
  const cache = readCache({
    cache: places.cache,
    recorded: new Set(records.kind === "read" ? records.value.map(({ installPath }) => installPath) : []),
    startOf,
    foreign: foreignPids(places),
  });
  const holders = cache.versions.flatMap((version) => version.holders);
  const processes = liveClaudes(places, holders, { startOf, platform });
  const unlisted = [...cache.unlisted];
  return {
    places,
    settings,
    enablements: enablementsIn(settings),
    records,
    recordsHere: records.kind === "read" ? recordsFor(cwd, records.value) : [],
    marketplaces: readMarketplaces(places.known),
    cache: cache.versions,
    cacheLeftOut: cache.leftOut,
    unrecorded: unrecordedPlugins(places, processes, unlisted),
    unlisted,
    processes,
  };
}
