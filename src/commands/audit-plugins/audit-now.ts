import { auditPlugins, type PluginAudit } from "#audit/plugins/audit-plugins.ts";
import { errorText } from "#base/fault.ts";
import { readInventory } from "#claude/plugins/inventory.ts";
import { type Call, UsageFault } from "#commands/command.ts";
import { type AuditOptions, namedIds } from "./audit-options.ts";
import { claudePlugins, codexInventory, codexPlugins, gatherPlugins } from "./gather/gather-plugins.ts";
import { pluginOutlines } from "./gather/plugin-outlines.ts";
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
  const { home, positionals, signal } = call;
  const environment = { HOME: home, ...call.environment };
  const claude = readInventory({ ...call, environment });
  const codex = codexInventory(call);
  const hosts = [claudePlugins(claude), ...(codex === null ? [] : [codexPlugins(codex)])];
  const ids = [...new Set(hosts.flatMap(pluginOutlines).map(({ id }) => id))];
  const only = positionals.length === 0 ? null : namedIds(positionals, ids);
  const progress = progressOn(call);
  try {
    const gathering = { only, fetch, progress, recorded: () => null };
    const gathered = await gatherPlugins({ claude, codex }, gathering, signal);
    const audit = auditPlugins(gathered);
    return { scene: { places: claude.places, marketplaces: gathered.marketplaces }, audit };
  } catch (error) {
    if (!signal.aborted) throw error;
    const text = `audit plugins: ${errorText(signal.reason)}, before everything was looked at`;
    throw new UsageFault({ kind: "usage", text });
  } finally {
    progress.clear();
  }
}
