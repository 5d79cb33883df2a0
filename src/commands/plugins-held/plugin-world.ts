import type { ClaudeProcess } from "#claude/plugins/claude-process.ts";
import { enablementsIn } from "#claude/plugins/enablement.ts";
import { type InstallRecord, readInstallRecords } from "#claude/plugins/install-record.ts";
import { readMarketplaces } from "#claude/plugins/known-marketplaces.ts";
import type { Marketplace } from "#claude/plugins/marketplace.ts";
import { namesInCache, type PluginNames } from "#claude/plugins/names-in-cache.ts";
import {
  type PluginPlaces,
  pluginPlaces,
  type Surroundings,
  withSettings,
} from "#claude/plugins/plugin-places.ts";
import { recordsFor } from "#claude/plugins/records-for.ts";
import { readSettings, settingsPaths } from "#claude/settings.ts";

/** What the files say to one Claude Code process. */
export type PluginWorld = {
  readonly places: PluginPlaces;
  /** Settings that the process reads. */
  readonly files: readonly string[];
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  /** Those that count where the process was started. */
  readonly applying: readonly InstallRecord[];
  readonly marketplaces: ReadonlyMap<string, Marketplace>;
  /** What the folders of the cache are of. */
  readonly namesOf: (folders: PluginNames) => PluginNames;
};

/** Reads the files that the process reads: it may have been started with some of the settings only. */
export function readPluginWorld(claude: ClaudeProcess | undefined, surroundings: Surroundings): PluginWorld {
  const sources = claude?.start?.settingSources ?? null;
  const { configDirectory, project } = pluginPlaces(surroundings);
  const settings = readSettings(settingsPaths(configDirectory, project, surroundings.platform)).filter(
    ({ scope }) => scope === "managed" || sources === null || sources.includes(scope),
  );
  const places = pluginPlaces(withSettings(surroundings, settings));
  const words = enablementsIn(settings);
  const records = readInstallRecords(places.installed);
  const known = readMarketplaces(places.known);
  const recorded = records.kind === "read" ? records.value : [];
  return {
    places,
    files: settings.map(({ path }) => path),
    enabled: words.filter(({ enabled }) => enabled).map(({ plugin }) => plugin),
    disabled: words.filter(({ enabled }) => !enabled).map(({ plugin }) => plugin),
    applying: recordsFor(places.project, recorded),
    marketplaces: new Map(known.kind === "read" ? known.value.map((one) => [one.name, one]) : []),
    namesOf: namesInCache([...words.map(({ plugin }) => plugin), ...recorded.map(({ plugin }) => plugin)]),
  };
}
