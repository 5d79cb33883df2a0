import type { CachedVersion } from "#claude/plugins/cached-version.ts";
import type { Found } from "#claude/plugins/found.ts";
import type { PluginInventory } from "#claude/plugins/inventory.ts";
import { holderFindings, leftoverFindings } from "./cache-findings-of.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import type { Subject } from "./findings/subject.ts";
import { type JudgedPlugin, judgePlugin } from "./judge-plugin.ts";
import type { MarketplaceFacts } from "./marketplace-facts.ts";
import type { LoadSurroundings } from "./next-load.ts";
import { fileFindings, marketplaceFindings } from "./place-findings-of.ts";
import type { PluginFacts } from "./plugin-facts.ts";

/** All that was gathered: of Claude Code by its inventory, of Codex by what is its own. */
export type GatheredPlugins = {
  readonly inventory: PluginInventory;
  readonly plugins: readonly PluginFacts[];
  readonly marketplaces: readonly HostMarketplace[];
  /** Settings files that switch the hooks of plugins off. */
  readonly hooksOffBy: readonly string[];
  /** Files of Codex. */
  readonly otherFiles: readonly Found<unknown>[];
};

export type HostMarketplace = { readonly host: "claude" | "codex"; readonly facts: MarketplaceFacts };

/** What the audit of plugins answers. `findings`: those that belong to no plugin. */
export type PluginAudit = {
  readonly plugins: readonly JudgedPlugin[];
  readonly findings: readonly PluginFinding[];
};

/** Judges every plugin, the marketplaces and the files. Plugins come out by host and id. */
export function auditPlugins(gathered: GatheredPlugins): PluginAudit {
  const { inventory, plugins, marketplaces, hooksOffBy, otherFiles } = gathered;
  const around = surroundingsOf(inventory, hooksOffBy);
  const judged = [...plugins]
    .sort((a, b) => compare(`${a.host} ${a.id}`, `${b.host} ${b.id}`))
    .map((facts) => judgePlugin(facts, facts.host === "codex" ? { ...around, settings: "read" } : around));
  return {
    plugins: judged,
    findings: [
      ...filesOf(gathered).flatMap(fileFindings),
      ...otherFiles.flatMap(fileFindings),
      ...marketplaces.flatMap(({ host, facts }) => marketplaceFindings(host, facts)),
      ...unclaimedFindings(inventory, plugins),
      ...listingFindings(inventory),
      ...(hooksOffBy.length === 0 ? [] : [{ kind: "hooks-off", paths: hooksOffBy } as const]),
    ],
  };
}

function surroundingsOf(inventory: PluginInventory, hooksOffBy: readonly string[]): LoadSurroundings {
  return {
    settings: inventory.settings.some(({ kind }) => kind === "unreadable") ? "unreadable" : "read",
    records: inventory.records.kind,
    marketplaces: inventory.marketplaces.kind,
    hooks: hooksOffBy.length > 0 ? "off" : "run",
    unrecorded: inventory.unrecorded,
  };
}

function filesOf({ inventory, marketplaces }: GatheredPlugins): readonly Found<unknown>[] {
  const settings = inventory.settings.flatMap((file): readonly Found<unknown>[] =>
    file.kind === "unreadable" ? [{ kind: "unreadable", path: file.path, detail: file.detail }] : [],
  );
  return [
    ...settings,
    inventory.records,
    inventory.marketplaces,
    ...marketplaces.map(({ facts }) => facts.manifest),
  ];
}

/** Folders of the cache whose plugin nothing else speaks of. */
function unclaimedFindings(
  { cache }: PluginInventory,
  plugins: readonly PluginFacts[],
): readonly PluginFinding[] {
  const known = new Set(plugins.flatMap(({ copies }) => copies.map(({ folder }) => folder.path)));
  const loose = cache.filter(({ folder }) => !known.has(folder.path));
  const ids = [...new Set(loose.map(idOf))].sort(compare);
  return ids.flatMap((plugin) => {
    const subject: Subject = { plugin, host: "claude", scope: null, projectPath: null, applies: true };
    const versions = loose.filter((version) => idOf(version) === plugin);
    return [
      ...versions.flatMap((version) => holderFindings(subject, version, null)),
      ...leftoverFindings(subject, versions),
    ];
  });
}

function idOf({ name, marketplace }: CachedVersion): string {
  return `${name}@${marketplace}`;
}

function listingFindings({ unlisted, cacheLeftOut }: PluginInventory): readonly PluginFinding[] {
  if (unlisted.length === 0 && cacheLeftOut === 0) return [];
  return [{ kind: "not-listed", what: unlisted, leftOut: cacheLeftOut }];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
