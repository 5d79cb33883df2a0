import { marketplaceOf, nameOf } from "#audit/plugins/plugin-id.ts";
import type { CachedVersion } from "#claude/plugins/cached-version.ts";
import type { Enablement } from "#claude/plugins/enablement.ts";
import type { InstallRecord } from "#claude/plugins/install-record.ts";
import type { UnrecordedPlugin } from "#claude/plugins/unrecorded-plugin.ts";
import { grouped } from "./grouped.ts";
import type { HostPlugins } from "./host-plugins.ts";

/** What the host's files say of one plugin, before any byte of it is looked at. */
export type PluginOutline = {
  readonly id: string;
  readonly name: string;
  /** Empty where the id names none. */
  readonly marketplace: string;
  readonly enablement: Enablement | null;
  readonly records: readonly InstallRecord[];
  readonly versions: readonly CachedVersion[];
  readonly loose: readonly UnrecordedPlugin[];
};

/**
 * Returns one outline, in code-point order of the ids, for everything that is enabled, recorded or
 * cached, and for what is loaded without a record.
 */
export function pluginOutlines(host: HostPlugins): readonly PluginOutline[] {
  const { enablements, records, cache, unrecorded } = host;
  const recordsOf = grouped(records, ({ plugin }) => plugin);
  const versionsOf = grouped(cache, ({ name, marketplace }) => `${name}@${marketplace}`);
  const looseOf = grouped(unrecorded, ({ id }) => id);
  const words = new Map(enablements.map((one) => [one.plugin, one]));
  const enabled = enablements.filter((one) => one.enabled).map(({ plugin }) => plugin);
  const ids = new Set([...enabled, ...recordsOf.keys(), ...versionsOf.keys(), ...looseOf.keys()]);
  return [...ids].sort().map((id) => ({
    id,
    name: nameOf(id),
    marketplace: marketplaceOf(id),
    enablement: words.get(id) ?? null,
    records: recordsOf.get(id) ?? [],
    versions: versionsOf.get(id) ?? [],
    loose: looseOf.get(id) ?? [],
  }));
}
