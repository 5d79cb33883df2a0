import { auditPlugins, type GatheredPlugins, type PluginAudit } from "#audit/plugins/audit-plugins.ts";
import { errorText } from "#base/fault.ts";
import { removeAbandonedScratch } from "#base/scratch-folder.ts";
import type { CachedVersion } from "#claude/plugins/cached-version.ts";
import { readInventory } from "#claude/plugins/inventory.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { locationsOf } from "#runs/locations.ts";
import { type AuditOptions, namedIds } from "./audit-options.ts";
import { fetchedHistories } from "./gather/fetched-histories.ts";
import { claudePlugins, codexInventory, codexPlugins, gatherPlugins } from "./gather/gather-plugins.ts";
import { pluginOutlines } from "./gather/plugin-outlines.ts";
import { recordedLoads } from "./gather/recorded-loads.ts";
import { progressOn } from "./progress.ts";
import type { AuditScene } from "./report/audit-json.ts";

/** An audit as of now, and what was looked at for it. */
export type AuditNow = { readonly scene: AuditScene; readonly audit: PluginAudit };

/**
 * Looks at everything that is asked for, and judges it. Nothing is changed.
 *
 * @throws UsageFault for a plugin that is not here, and where the user ends it before it is done.
 */
export async function auditNow(call: Call, { fetch }: Pick<AuditOptions, "fetch">): Promise<AuditNow> {
  const { home, platform, positionals, signal } = call;
  const locations = locationsOf(call.environment, home, platform);
  const environment = { HOME: home, ...call.environment };
  const claude = readInventory({ ...call, environment });
  const codex = codexInventory(call);
  const hosts = [claudePlugins(claude), ...(codex === null ? [] : [codexPlugins(codex)])];
  const ids = [...new Set(hosts.flatMap(pluginOutlines).map(({ id }) => id))];
  const only = positionals.length === 0 ? null : namedIds(positionals, ids);
  const progress = progressOn(call);
  removeAbandonedScratch();
  const histories = fetchedHistories(locations.fetched, fetch, signal);
  try {
    const gathering = { only, histories, progress, recorded: recordedLoads(locations) };
    const gathered = await gatherPlugins({ claude, codex }, gathering, signal);
    const audit = auditPlugins(only === null ? gathered : narrowed(gathered, only));
    return { scene: { places: claude.places, marketplaces: gathered.marketplaces }, audit };
  } catch (error) {
    if (!signal.aborted) throw error;
    const text = `audit plugins: ${errorText(signal.reason)}, before everything was looked at`;
    throw new UsageFault({ kind: "usage", text });
  } finally {
    histories.close();
    progress.clear();
  }
}

/** What lies in the cache of other plugins is not asked for. */
function narrowed(gathered: GatheredPlugins, only: readonly string[]): GatheredPlugins {
  const { inventory, codex } = gathered;
  const isAsked = ({ name, marketplace }: CachedVersion): boolean => only.includes(`${name}@${marketplace}`);
  return {
    ...gathered,
    inventory: { ...inventory, cache: inventory.cache.filter(isAsked) },
    codex: codex && { ...codex, cache: codex.cache.filter(isAsked) },
  };
}
