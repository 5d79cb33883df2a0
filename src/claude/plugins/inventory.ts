import type { SettingsFile } from "#claude/settings.ts";
import type { CachedVersion } from "./cached-version.ts";
import type { ClaudeProcess } from "./claude-process.ts";
import type { Enablement } from "./enablement.ts";
import type { Found } from "./found.ts";
import type { InstallRecord } from "./install-record.ts";
import type { Marketplace } from "./marketplace.ts";
import type { PluginPlaces } from "./plugin-places.ts";
import type { UnrecordedPlugin } from "./unrecorded-plugin.ts";

/** Everything that the host's files say of plugins, read once. */
export type PluginInventory = {
  readonly places: PluginPlaces;
  readonly settings: readonly SettingsFile[];
  readonly enablements: readonly Enablement[];
  readonly records: Found<readonly InstallRecord[]>;
  readonly marketplaces: Found<readonly Marketplace[]>;
  readonly cache: readonly CachedVersion[];
  /** Folders of the cache that were not looked into, for there are too many of them. */
  readonly cacheLeftOut: number;
  /** What could not be listed, in words. */
  readonly unlisted: readonly string[];
  readonly unrecorded: readonly UnrecordedPlugin[];
  readonly processes: readonly ClaudeProcess[];
};
