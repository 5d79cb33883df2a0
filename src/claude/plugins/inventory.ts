import type { Found } from "#base/found-file.ts";
import { readSettings, type SettingsFile, settingsPaths } from "#claude/settings.ts";
import type { CachedVersion } from "./cached-version.ts";
import type { ClaudeProcess } from "./claude-process.ts";
import { type Enablement, enablementsIn } from "./enablement.ts";
import { type InstallRecord, readInstallRecords } from "./install-record.ts";
import { readMarketplaces, readSeedMarketplaces } from "./known-marketplaces.ts";
import { foreignPids, liveClaudes } from "./live-claudes.ts";
import type { Marketplace, MarketplaceManifest } from "./marketplace.ts";
import {
  type DeclaredMarketplace,
  declaredMarketplaces,
  type MarketplacePolicy,
  marketplacePolicies,
} from "./marketplace-policy.ts";
import { namesInCache } from "./names-in-cache.ts";
import { type PluginPlaces, pluginPlaces, type Surroundings, withSettings } from "./plugin-places.ts";
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
  /** As a session that starts now knows them: those of seed folders take the place of others. */
  readonly marketplaces: Found<readonly Marketplace[]>;
  readonly declared: readonly DeclaredMarketplace[];
  readonly policies: readonly MarketplacePolicy[];
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
  const { configDirectory } = pluginPlaces(surroundings);
  const settings = readSettings(settingsPaths(configDirectory, cwd, platform));
  const places = pluginPlaces(withSettings(surroundings, settings));
  const enablements = enablementsIn(settings);
  const records = readInstallRecords(places.installed);
  const marketplaces = withSeeds(readMarketplaces(places.known), places.seeds);
  const startOf = processLookup(platform);
  const namesOf = namesInCache([
    ...enablements.map(({ plugin }) => plugin),
    ...valuesOf(records).map(({ plugin }) => plugin),
    ...valuesOf(marketplaces).flatMap(({ name, manifest }) => offeredIds(name, manifest)),
  ]);
  const cache = readCache({
    cache: places.cache,
    recorded: new Set(valuesOf(records).map(({ installPath }) => installPath)),
    startOf,
    foreign: foreignPids(places),
    namesOf,
  });
  const holders = cache.versions.flatMap((version) => version.holders);
  const processes = liveClaudes(places, holders, { startOf, platform });
  const unlisted = [...cache.unlisted];
  return {
    places,
    settings,
    enablements,
    records,
    recordsHere: recordsFor(cwd, valuesOf(records)),
    marketplaces,
    declared: declaredMarketplaces(settings),
    policies: marketplacePolicies(settings),
    cache: cache.versions,
    cacheLeftOut: cache.leftOut,
    unrecorded: unrecordedPlugins(places, processes, { namesOf, unlisted }),
    unlisted,
    processes,
  };
}

/** Where the file is not there the seeds' own are all that is known; where it is broken, nothing is. */
function withSeeds(
  known: Found<readonly Marketplace[]>,
  seeds: readonly string[],
): Found<readonly Marketplace[]> {
  const seeded = readSeedMarketplaces(seeds);
  if (seeded.length === 0 || known.kind === "unreadable" || known.kind === "newer") return known;
  const names = new Set(seeded.map(({ name }) => name));
  const others = valuesOf(known).filter(({ name }) => !names.has(name));
  const dropped = known.kind === "read" ? known.dropped : [];
  return { path: known.path, kind: "read", value: [...others, ...seeded], dropped };
}

function offeredIds(marketplace: string, manifest: Found<MarketplaceManifest>): readonly string[] {
  return manifest.kind === "read" ? manifest.value.entries.map(({ name }) => `${name}@${marketplace}`) : [];
}

function valuesOf<T>(found: Found<readonly T[]>): readonly T[] {
  return found.kind === "read" ? found.value : [];
}
