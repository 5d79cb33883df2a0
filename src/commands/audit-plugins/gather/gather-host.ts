import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import { readsLive } from "#audit/plugins/plugin-copies.ts";
import type { PluginFacts } from "#audit/plugins/plugin-facts.ts";
import { count } from "#base/text.ts";
import type { Progress } from "#commands/audit-plugins/progress.ts";
import { bounded } from "./bounded.ts";
import { copyPlaces } from "./copy-places.ts";
import type { FetchedHistories } from "./fetched-histories.ts";
import { grouped } from "./grouped.ts";
import type { HostPlugins } from "./host-plugins.ts";
import { type LiveSurroundings, liveLoads } from "./live-loads.ts";
import { lookAtMarketplace, type MarketplaceGroup } from "./look-at-marketplace.ts";
import { type PluginOutline, pluginOutlines } from "./plugin-outlines.ts";

/** How the plugins of a host are looked at. */
export type Gathering = {
  /** Null for all. */
  readonly only: readonly string[] | null;
  readonly histories: FetchedHistories;
  readonly progress: Progress;
  readonly recorded: LiveSurroundings["recorded"];
};

/** Everything that was found out of one host's plugins, in code-point order of the ids. */
export type GatheredHost = {
  readonly marketplaces: readonly MarketplaceFacts[];
  readonly plugins: readonly PluginFacts[];
};

/**
 * Returns everything that can be found out of a host's plugins. Each copy is read once, and the history
 * of each clone is searched once, for all plugins that come from it.
 *
 * @throws GitFault `git-missing`, or `git-timed-out` when `signal` fires; or its reason.
 */
export async function gatherHost(
  host: HostPlugins,
  { only, histories, progress, recorded }: Gathering,
  signal: AbortSignal,
): Promise<GatheredHost> {
  const outlines = pluginOutlines(host).filter((one) => only?.includes(one.id) ?? isInUse(one));
  const groups = groupsOf(host, outlines, only === null);
  let done = 0;
  const looked = await bounded(groups, async (group) => {
    const name = group.marketplace?.name ?? "plugins without a marketplace";
    const at = (): string => `marketplace ${done + 1} of ${groups.length}: ${name}`;
    progress.say(at());
    const found = await lookAtMarketplace(
      group,
      {
        clones: host.clones,
        histories,
        onProgress: ({ commits, trees }) =>
          progress.say(`${at()}, ${count(commits, "commit")}, ${count(trees, "tree")} read`),
      },
      signal,
    );
    done += 1;
    return found;
  });
  const byId = new Map(outlines.map((outline) => [outline.id, outline]));
  const plugins = looked
    .flatMap((one) => one.plugins)
    .map((facts): PluginFacts => {
      const outline = byId.get(facts.id);
      const source = readsLive({ ...facts, live: [] }) ? (facts.offered?.folder?.path ?? null) : null;
      const around = { processes: host.processes, source, recorded };
      return { ...facts, live: outline === undefined ? [] : liveLoads(outline, around) };
    });
  return {
    marketplaces: looked.flatMap(({ marketplace }) => marketplace ?? []),
    plugins: plugins.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** What only lies in the cache is a leftover, which is told of as a whole; but a process may still hold it. */
function isInUse({ enablement, records, loose, versions }: PluginOutline): boolean {
  const held = versions.some(({ holders }) => holders.some(({ state }) => state === "alive"));
  return enablement?.enabled === true || records.length + loose.length > 0 || held;
}

/** One group for each marketplace; those of which no plugin is asked for are left out, unless all are. */
function groupsOf(
  host: HostPlugins,
  outlines: readonly PluginOutline[],
  all: boolean,
): readonly MarketplaceGroup[] {
  const known = new Map(host.marketplaces.map((one) => [one.name, one]));
  const unread = outlines.map((outline) => ({
    id: outline.id,
    host: host.host,
    enablement: outline.enablement,
    name: outline.name,
    marketplace: known.has(outline.marketplace) ? outline.marketplace : null,
    places: copyPlaces(outline, host.project),
  }));
  const byMarketplace = grouped(unread, ({ marketplace }) => marketplace);
  const own = [...known.values()].map((marketplace) => ({
    host: host.host,
    marketplace,
    plugins: byMarketplace.get(marketplace.name) ?? [],
  }));
  const without = byMarketplace.get(null) ?? [];
  return [
    ...own.filter(({ plugins }) => all || plugins.length > 0),
    ...(without.length === 0 ? [] : [{ host: host.host, marketplace: null, plugins: without }]),
  ];
}
