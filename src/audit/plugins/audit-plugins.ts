import type { Found } from "#base/found-file.ts";
import type { CachedVersion } from "#claude/plugins/cached-version.ts";
import type { PluginInventory } from "#claude/plugins/inventory.ts";
import { holderFindings, leftoverFindings } from "./cache-findings-of.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import type { Subject } from "./findings/subject.ts";
import { type JudgedPlugin, judgePlugin } from "./judge-plugin.ts";
import type { MarketplaceFacts } from "./marketplace-facts.ts";
import type { LoadSurroundings } from "./next-load.ts";
import { fileFindings, marketplaceFindings } from "./place-findings-of.ts";
import type { PluginFacts } from "./plugin-facts.ts";
import { nameOf } from "./plugin-id.ts";

/** All that was gathered. The facts of plugins and marketplaces are those of both hosts. */
export type GatheredPlugins = {
  readonly inventory: PluginInventory;
  /** Null where there is no Codex. */
  readonly codex: HostFiles | null;
  readonly plugins: readonly PluginFacts[];
  readonly marketplaces: readonly HostMarketplace[];
  /** Settings files that switch the hooks of plugins off. */
  readonly hooksOffBy: readonly string[];
};

/** What both hosts have alike. */
type HostFiles = Pick<PluginInventory, "records" | "marketplaces" | "cache" | "cacheLeftOut" | "unlisted">;

type HostMarketplace = { readonly host: "claude" | "codex"; readonly facts: MarketplaceFacts };

/** What the audit of plugins answers. `findings`: those that belong to no plugin. */
export type PluginAudit = {
  readonly plugins: readonly JudgedPlugin[];
  readonly findings: readonly PluginFinding[];
};

/** Judges every plugin, the marketplaces and the files. Plugins come out by host and id. */
export function auditPlugins(gathered: GatheredPlugins): PluginAudit {
  const { inventory, codex, plugins, marketplaces, hooksOffBy } = gathered;
  const judged = [...plugins]
    .sort((a, b) => compare(`${a.host} ${a.id}`, `${b.host} ${b.id}`))
    .flatMap((facts) => {
      const around = surroundingsOf(facts.host, gathered);
      return around === null ? [] : [judgePlugin(facts, around)];
    });
  const hosts = [
    { host: "claude", files: inventory } as const,
    ...(codex === null ? [] : [{ host: "codex", files: codex } as const]),
  ];
  return {
    plugins: judged,
    findings: [
      ...filesOf(gathered).flatMap(fileFindings),
      ...marketplaces.flatMap(({ host, facts }) => marketplaceFindings(host, facts)),
      ...hosts.flatMap(({ host, files }) => unclaimedFindings(host, files, plugins)),
      ...hosts.flatMap(({ files }) => listingFindings(files)),
      ...(hooksOffBy.length === 0 ? [] : [{ kind: "hooks-off", paths: hooksOffBy } as const]),
    ],
  };
}

/** Null for a host that is not there. */
function surroundingsOf(
  host: PluginFacts["host"],
  { inventory, codex, plugins, hooksOffBy }: GatheredPlugins,
): LoadSurroundings | null {
  if (host === "codex") {
    if (codex === null) return null;
    const { records, marketplaces } = codex;
    return {
      settings: "read",
      records: records.kind,
      marketplaces: marketplaces.kind,
      hooks: "run",
      unrecorded: [],
      policies: [],
      installsAtStart: false,
      installedNames: [],
    };
  }
  return {
    settings: inventory.settings.some(({ kind }) => kind === "unreadable") ? "unreadable" : "read",
    records: inventory.records.kind,
    marketplaces: inventory.marketplaces.kind,
    hooks: hooksOffBy.length > 0 ? "off" : "run",
    unrecorded: inventory.unrecorded,
    policies: inventory.policies,
    installsAtStart: inventory.places.installsAtStart,
    installedNames: plugins.filter(isInstalled).map(({ id }) => nameOf(id)),
  };
}

function isInstalled({ host, enablement, copies }: PluginFacts): boolean {
  return host === "claude" && enablement?.enabled === true && copies.some(({ record }) => record !== null);
}

/** Every file once: several things may be read from one. */
function filesOf({ inventory, codex, marketplaces }: GatheredPlugins): readonly Found<unknown>[] {
  const settings = inventory.settings.flatMap((file): readonly Found<unknown>[] =>
    file.kind === "unreadable" ? [{ kind: "unreadable", path: file.path, detail: file.detail }] : [],
  );
  const all = [
    ...settings,
    inventory.records,
    inventory.marketplaces,
    ...(codex === null ? [] : [codex.records, codex.marketplaces]),
    ...marketplaces.map(({ facts }) => facts.manifest),
  ];
  return all.filter((file, index) => all.findIndex(({ path }) => path === file.path) === index);
}

/** Folders of the cache whose plugin nothing else speaks of. */
function unclaimedFindings(
  host: PluginFacts["host"],
  { cache }: HostFiles,
  plugins: readonly PluginFacts[],
): readonly PluginFinding[] {
  const known = new Set(plugins.flatMap(({ copies }) => copies.map(({ folder }) => folder.path)));
  const loose = cache.filter(({ folder }) => !known.has(folder.path));
  const ids = [...new Set(loose.map(idOf))].sort(compare);
  return ids.flatMap((plugin) => {
    const subject: Subject = { plugin, host, scope: null, projectPath: null, counts: false };
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

function listingFindings({ unlisted, cacheLeftOut }: HostFiles): readonly PluginFinding[] {
  if (unlisted.length === 0 && cacheLeftOut === 0) return [];
  return [{ kind: "not-listed", what: unlisted, leftOut: cacheLeftOut }];
}

function compare(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
