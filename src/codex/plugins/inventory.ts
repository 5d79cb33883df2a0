import { join } from "node:path";
import type { Found } from "#base/found-file.ts";
import { activeVersion, UNVERSIONED } from "./active-version.ts";
import { type CachedCodexVersion, cachedPlugins } from "./cached-plugins.ts";
import { type ConfigLayer, configLayers } from "./config-layers.ts";
import { type CodexMarketplace, codexMarketplaces } from "./marketplaces.ts";
import { partsOf } from "./plugin-config.ts";
import type { CodexPlaces } from "./plugin-places.ts";

/**
 * Everything that Codex's files say of plugins, read once, in the shapes in which those of Claude Code
 * are told, so that both are judged alike.
 */
export type CodexInventory = {
  readonly places: CodexPlaces;
  readonly layers: readonly ConfigLayer[];
  readonly enablements: readonly CodexEnablement[];
  /** Unreadable where a file that counts is: Codex then does not start at all. */
  readonly records: Found<readonly CodexRecord[]>;
  readonly marketplaces: Found<readonly CodexMarketplace[]>;
  readonly cache: readonly CachedCodexVersion[];
  readonly cacheLeftOut: number;
  readonly unlisted: readonly string[];
};

/** What the configuration says of one plugin, the weakest file first; the last word counts. */
type CodexEnablement = {
  readonly plugin: string;
  readonly words: readonly {
    readonly scope: ConfigLayer["scope"];
    readonly path: string;
    readonly enabled: boolean;
  }[];
  readonly enabled: boolean;
};

/**
 * Codex keeps no records of installations. What stands for one: a plugin that is configured, and the
 * folder of it that a session would load; its name is all that is claimed of the version, and of a
 * commit nothing is.
 */
type CodexRecord = {
  readonly plugin: string;
  readonly index: 0;
  readonly scope: "user";
  readonly projectPath: null;
  /** Where there is no folder of a version: the one that a plugin without a version has, which is not there then. */
  readonly installPath: string;
  readonly version: string | null;
  readonly installedAt: null;
  readonly lastUpdated: null;
  readonly gitCommitSha: null;
};

/** Returns what the files of one Codex say of plugins. Starts nothing, changes nothing, never throws. */
export function readCodexInventory(places: CodexPlaces): CodexInventory {
  const layers = configLayers(places);
  const { versions, leftOut, unlisted } = cachedPlugins(places.cache);
  const enablements = enablementsOf(layers);
  const records = enablements.map(({ plugin }) => recordOf(places, plugin, versions));
  const sections = layers.flatMap(({ config }) => (config.kind === "read" ? config.value.marketplaces : []));
  return {
    places,
    layers,
    enablements,
    records: asConfigured(places, layers, records),
    marketplaces: asConfigured(places, layers, codexMarketplaces(places, sections)),
    cache: versions,
    cacheLeftOut: leftOut,
    unlisted,
  };
}

function asConfigured<T>(places: CodexPlaces, layers: readonly ConfigLayer[], value: T): Found<T> {
  const configs = layers.map(({ config }) => config);
  const broken = configs.find((config) => config.kind === "unreadable");
  if (broken !== undefined) return { path: broken.path, kind: "unreadable", detail: broken.detail };
  const dropped = configs.flatMap((config) => (config.kind === "read" ? config.dropped : []));
  return { path: places.config, kind: "read", value, dropped };
}

type Word = CodexEnablement["words"][number];

/** Where `[features] plugins` is false, that is the last word on each of them. */
function enablementsOf(layers: readonly ConfigLayer[]): readonly CodexEnablement[] {
  const said = layers.flatMap(({ scope, config }) =>
    config.kind === "read" ? config.value.plugins.map((one) => ({ ...one, scope, path: config.path })) : [],
  );
  const off = switchedOff(layers);
  return [...new Set(said.map(({ id }) => id))].sort().map((plugin) => {
    const own = said.filter(({ id }) => id === plugin);
    const words = [...own.map(({ scope, path, enabled }) => ({ scope, path, enabled })), ...off];
    return { plugin, words, enabled: words.at(-1)?.enabled ?? false };
  });
}

function switchedOff(layers: readonly ConfigLayer[]): readonly Word[] {
  const words = layers.flatMap(({ scope, config }): readonly Word[] => {
    if (config.kind !== "read" || config.value.feature === null) return [];
    return [{ scope, path: config.path, enabled: config.value.feature }];
  });
  return words.slice(-1).filter(({ enabled }) => !enabled);
}

function recordOf(places: CodexPlaces, plugin: string, versions: readonly CachedCodexVersion[]): CodexRecord {
  const { name, marketplace } = partsOf(plugin) ?? { name: plugin, marketplace: "" };
  const own = versions.filter((one) => one.name === name && one.marketplace === marketplace);
  const version = activeVersion(own.map((one) => one.version)) ?? null;
  return {
    plugin,
    index: 0,
    scope: "user",
    projectPath: null,
    installPath: join(places.cache, marketplace, name, version ?? UNVERSIONED),
    version,
    installedAt: null,
    lastUpdated: null,
    gitCommitSha: null,
  };
}
