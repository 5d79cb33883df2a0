import type { PluginFacts } from "#audit/plugins/plugin-facts.ts";
import type { CachedVersion } from "#claude/plugins/cached-version.ts";
import type { ClaudeProcess } from "#claude/plugins/claude-process.ts";
import type { Enablement } from "#claude/plugins/enablement.ts";
import type { InstallRecord } from "#claude/plugins/install-record.ts";
import type { Marketplace } from "#claude/plugins/marketplace.ts";
import type { UnrecordedPlugin } from "#claude/plugins/unrecorded-plugin.ts";

/** What the files of one host say of plugins, in the shape that all hosts share. */
export type HostPlugins = {
  readonly host: PluginFacts["host"];
  /** The folder that was asked in. */
  readonly project: string;
  readonly enablements: readonly Enablement[];
  readonly records: readonly InstallRecord[];
  readonly marketplaces: readonly Marketplace[];
  /** The folder in which the host keeps the clones of marketplaces. */
  readonly clones: string;
  readonly cache: readonly CachedVersion[];
  readonly unrecorded: readonly UnrecordedPlugin[];
  readonly processes: readonly ClaudeProcess[];
};
