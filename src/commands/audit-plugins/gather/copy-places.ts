import { existsSync } from "node:fs";
import type { CachedVersion } from "#claude/plugins/cached-version.ts";
import type { InstallRecord } from "#claude/plugins/install-record.ts";
import type { PluginFolder } from "#claude/plugins/plugin-folder.ts";
import { recordsFor } from "#claude/plugins/records-for.ts";
import { realPath } from "#claude/real-path.ts";
import type { PluginOutline } from "./plugin-outlines.ts";

/** Where one copy of a plugin should be. `folder` is null where it still has to be looked at. */
export type CopyPlace = {
  readonly record: InstallRecord | null;
  readonly applies: boolean;
  readonly cached: CachedVersion | null;
  readonly path: string;
  readonly folder: PluginFolder | null;
};

/**
 * Returns the places of all copies of a plugin: one for each record, in the order of the host's file,
 * then the cached versions that no record names, then those that are loaded without a record.
 * `project` is the folder that the audit was asked in.
 */
export function copyPlaces(
  { records, versions, loose }: PluginOutline,
  project: string,
): readonly CopyPlace[] {
  const byPath = new Map(versions.map((one) => [realPath(one.folder.path), one]));
  const here = new Set(recordsFor(project, records));
  const recorded = records.map((record): CopyPlace => {
    const cached = byPath.get(realPath(record.installPath)) ?? ofAnotherMachine(record, versions);
    const path = cached?.folder.path ?? record.installPath;
    return { record, applies: here.has(record), cached, path, folder: cached?.folder ?? null };
  });
  const named = new Set(recorded.map(({ cached }) => cached));
  const others = versions.filter((one) => !named.has(one));
  const without = { record: null, applies: false };
  return [
    ...recorded,
    ...others.map((cached) => ({ ...without, cached, path: cached.folder.path, folder: cached.folder })),
    ...loose.map(({ folder }) => ({ ...without, cached: null, path: folder.path, folder })),
  ];
}

/**
 * Where nothing stands at the recorded path, 2.1.330 takes the folder of its own cache that has the same
 * place in it: a config directory may have been copied from elsewhere, also from Windows.
 */
function ofAnotherMachine(
  { installPath }: InstallRecord,
  versions: readonly CachedVersion[],
): CachedVersion | null {
  const [, place] = /[\\/]plugins[\\/]cache[\\/]([^\\/]+[\\/][^\\/]+[\\/][^\\/]+)$/.exec(installPath) ?? [];
  if (place === undefined || existsSync(installPath)) return null;
  const end = `/${place.replaceAll("\\", "/")}`;
  return versions.find(({ folder }) => folder.path.replaceAll("\\", "/").endsWith(end)) ?? null;
}
