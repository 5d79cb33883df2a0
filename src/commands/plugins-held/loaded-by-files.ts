import { join } from "node:path";
import { marketplaceOf, nameOf } from "#audit/plugins/plugin-id.ts";
import type { Marketplace } from "#claude/plugins/marketplace.ts";
import { isReadInPlace } from "#claude/plugins/marketplace-source.ts";
import { type PluginFolder, readPluginFolder } from "#claude/plugins/plugin-folder.ts";
import type { UnrecordedPlugin } from "#claude/plugins/unrecorded-plugin.ts";
import type { LoadedNow } from "./loaded-look.ts";
import type { PluginWorld } from "./plugin-world.ts";

/** Returns what is loaded from its own folder: a skill of the user, or what a seed holds of a plugin without a record here. */
export function lyingThere(
  loose: readonly UnrecordedPlugin[],
  { enabled, disabled, applying }: PluginWorld,
): readonly LoadedNow[] {
  const seeded = new Map<string, PluginFolder[]>();
  const skills: LoadedNow[] = [];
  for (const { id, origin, folder } of loose) {
    if (!isLoadable(folder)) continue;
    const recorded = applying.some((record) => record.plugin === id);
    if (origin === "skills-dir" && !disabled.includes(id))
      skills.push({ id, evidence: "skills-dir", folders: [folder] });
    if (origin === "seed" && enabled.includes(id) && !recorded)
      seeded.set(id, [...(seeded.get(id) ?? []), folder]);
  }
  return [...skills, ...[...seeded].map(([id, folders]) => ({ id, evidence: "seed", folders }) as const)];
}

/** Returns the plugins of marketplaces that are folders: they are loaded as they stand there, with or without a record. */
export function inDirectories({ enabled, marketplaces }: PluginWorld): readonly LoadedNow[] {
  return enabled.flatMap((id) => {
    const marketplace = marketplaces.get(marketplaceOf(id));
    if (marketplace === undefined || !isReadInPlace(marketplace.source)) return [];
    const source = entryOf(marketplace, id)?.source;
    if (source?.kind !== "relative") return [];
    const folder = readPluginFolder(join(marketplace.installLocation, source.path));
    return isLoadable(folder) ? [{ id, evidence: "directory-source", folders: [folder] } as const] : [];
  });
}

/**
 * Returns what the records that apply lead to, where the marketplace still offers the plugin: of several
 * the first whose folder is there and not empty (2.1.330).
 */
export function foretold({ enabled, marketplaces, applying }: PluginWorld): readonly LoadedNow[] {
  return enabled.flatMap((id) => {
    const marketplace = marketplaces.get(marketplaceOf(id));
    if (marketplace === undefined || marketplace.stands === "absent") return [];
    const entry = entryOf(marketplace, id);
    if (entry === undefined) return [];
    if (isReadInPlace(marketplace.source) && entry.source.kind === "relative") return [];
    const own = applying.filter(({ plugin }) => plugin === id);
    const folders = own.map(({ installPath }) => readPluginFolder(installPath));
    const folder = folders.find(({ stands }) => stands === "folder");
    return folder !== undefined && isLoadable(folder)
      ? [{ id, evidence: "predicted", folders: [folder] } as const]
      : [];
  });
}

function entryOf({ manifest }: Marketplace, id: string) {
  return manifest.kind === "read"
    ? manifest.value.entries.find(({ name }) => name === nameOf(id))
    : undefined;
}

function isLoadable({ stands, manifest }: PluginFolder): boolean {
  return stands === "folder" && manifest.kind !== "unreadable";
}
