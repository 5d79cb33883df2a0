import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode, errorText } from "#base/fault.ts";
import { type CodexPluginFolder, readCodexFolder } from "./cached-folder.ts";

/** One folder `cache/MARKETPLACE/PLUGIN/VERSION`. */
export type CachedCodexVersion = {
  readonly marketplace: string;
  readonly name: string;
  /** The folder's name: the manifest's version at its installation, or `local`. */
  readonly version: string;
  readonly folder: CodexPluginFolder;
  /** Codex gives no folder up in this way, and leaves no marks of its processes. */
  readonly orphanedAt: null;
  readonly holders: readonly never[];
};

export type CachedPlugins = {
  readonly versions: readonly CachedCodexVersion[];
  /** Folders that were not looked into, for there are too many of them. */
  readonly leftOut: number;
  /** What could not be listed, in words. */
  readonly unlisted: readonly string[];
};

/** Codex removes old versions: nobody has that many plugins. */
const AT_MOST = 2_000;

/**
 * Returns the plugins that Codex has copied, in code-point order of their paths. As for Codex, a link is
 * no version, nor is a name with other characters than it allows there. Never throws.
 */
export function cachedPlugins(cache: string): CachedPlugins {
  const unlisted: string[] = [];
  const below = (path: string): readonly string[] => foldersIn(path, unlisted);
  const found = below(cache).flatMap((marketplace) =>
    below(join(cache, marketplace)).flatMap((name) =>
      below(join(cache, marketplace, name))
        .filter((version) => /^[A-Za-z0-9._+-]+$/.test(version))
        .map((version) => ({ marketplace, name, version })),
    ),
  );
  const versions = found.slice(0, AT_MOST).map((one) => ({
    ...one,
    folder: readCodexFolder(join(cache, one.marketplace, one.name, one.version)),
    orphanedAt: null,
    holders: [],
  }));
  return { versions, leftOut: found.length - versions.length, unlisted };
}

/** Codex works in folders with these beginnings beside the plugins, and leaves some behind when it is killed. */
const STAGING = /^plugin-(?:install|backup)-/;

function foldersIn(path: string, unlisted: string[]): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter(isFolder)
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (errorCode(error) !== "ENOENT") unlisted.push(`${path}: ${errorText(error)}`);
    return [];
  }
}

function isFolder(entry: Dirent): boolean {
  return entry.isDirectory() && !STAGING.test(entry.name);
}
