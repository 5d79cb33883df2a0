import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import type { LoadSurroundings } from "#audit/plugins/next-load.ts";
import type { CopyFacts, LiveLoad, Offered, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import type { Found } from "#base/found-file.ts";
import { ObjectId } from "#base/ids.ts";
import type { CachedVersion } from "#claude/plugins/cached-version.ts";
import type { InstallRecord } from "#claude/plugins/install-record.ts";
import type { MarketplaceEntry } from "#claude/plugins/marketplace.ts";
import type { PluginFolder, PluginManifest } from "#claude/plugins/plugin-folder.ts";
import type { CloneState } from "#git/clone/clone-state.ts";

export const CACHE = "/home/u/.claude/plugins/cache/lab/alpha";
export const PROJECT = "/work/app";

/** Returns the name of an object, from one letter or digit: `a` for `aaaa…`. */
export function objectId(digit: string): ObjectId {
  return ObjectId.parse(digit.repeat(40));
}

export function found<T>(path: string, value: T): Found<T> {
  return { path, kind: "read", value, dropped: [] };
}

function manifestValue(version: string | null): PluginManifest {
  return { name: "alpha", version, hooks: undefined };
}

/** A plugin's folder as it should be. */
export function folderValue(
  path: string,
  version: string | null,
  more: Partial<PluginFolder> = {},
): PluginFolder {
  return {
    path,
    stands: "folder",
    manifest: found(`${path}/.claude-plugin/plugin.json`, manifestValue(version)),
    hooks: { path: `${path}/hooks/hooks.json`, kind: "absent" },
    ...more,
  };
}

export function absentFolder(path: string): PluginFolder {
  return {
    path,
    stands: "absent",
    manifest: { path: `${path}/.claude-plugin/plugin.json`, kind: "absent" },
    hooks: { path: `${path}/hooks/hooks.json`, kind: "absent" },
  };
}

export function recordValue(more: Partial<InstallRecord> = {}): InstallRecord {
  const version = more.version === undefined ? "1.0.0" : more.version;
  return {
    plugin: "alpha@lab",
    index: 0,
    scope: "user",
    projectPath: null,
    installPath: `${CACHE}/${version}`,
    version,
    installedAt: null,
    lastUpdated: null,
    gitCommitSha: objectId("a"),
    ...more,
  };
}

export function cachedValue(version: string, more: Partial<CachedVersion> = {}): CachedVersion {
  const folder = folderValue(`${CACHE}/${version}`, version);
  return { marketplace: "lab", name: "alpha", version, folder, orphanedAt: null, holders: [], ...more };
}

/** A copy that is in every way as its record says: version 1.0.0 of commit `a`, with tree `1`. */
export function copyValue(more: Partial<CopyFacts> = {}): CopyFacts {
  const cached = cachedValue("1.0.0");
  return {
    record: recordValue(),
    applies: true,
    cached,
    folder: cached.folder,
    bytes: { kind: "read", tree: objectId("1"), files: [], bytes: 0 },
    match: foundMatch("a"),
    recorded: { kind: "here", tree: objectId("1"), version: "1.0.0" },
    differences: null,
    besideRecorded: "same",
    besideOffered: "same",
    missing: [],
    ...more,
  };
}

export function foundMatch(commit: string, filtered = false): Extract<CopyFacts["match"], { kind: "found" }> {
  return {
    kind: "found",
    commit: objectId(commit),
    committedAt: "2026-01-02T03:04:05Z",
    isHead: false,
    path: "plugins/alpha",
    times: 1,
    filtered,
  };
}

export function cloneValue(more: Partial<Extract<CloneState, { kind: "clone" }>> = {}): CloneState {
  return {
    kind: "clone",
    directory: "/home/u/.claude/plugins/marketplaces/lab",
    head: objectId("a"),
    branch: "main",
    tracking: { name: "origin/main", commit: objectId("a") },
    ahead: 0,
    behind: 0,
    fetchedAt: 0,
    shallow: false,
    partial: false,
    objectFormat: "sha1",
    edited: [],
    remote: "https://github.com/lab/mkt.git",
    ...more,
  };
}

export function entryValue(more: Partial<MarketplaceEntry> = {}): MarketplaceEntry {
  return {
    name: "alpha",
    version: null,
    source: { kind: "relative", path: "plugins/alpha" },
    strict: true,
    hooks: undefined,
    ...more,
  };
}

export function marketplaceValue(more: Partial<MarketplaceFacts> = {}): MarketplaceFacts {
  const installLocation = "/home/u/.claude/plugins/marketplaces/lab";
  return {
    name: "lab",
    source: { kind: "github", repo: "lab/mkt", ref: null },
    installLocation,
    own: true,
    historyFetchedAt: null,
    lastUpdated: null,
    autoUpdate: null,
    stands: "git",
    copiedCommit: null,
    manifest: found(`${installLocation}/.claude-plugin/marketplace.json`, {
      name: "lab",
      entries: [entryValue()],
    }),
    clone: cloneValue(),
    remote: { kind: "not-asked" },
    ...more,
  };
}

export function offeredValue(more: Partial<Offered> = {}): Offered {
  const folder = folderValue("/home/u/.claude/plugins/marketplaces/lab/plugins/alpha", "1.0.0");
  return { version: "1.0.0", commit: objectId("a"), tree: objectId("1"), folder, ...more };
}

/** A plugin with which all is well: enabled, installed, and what its marketplace offers. */
export function pluginValue(more: Partial<PluginFacts> = {}): PluginFacts {
  return {
    id: "alpha@lab",
    host: "claude",
    enablement: enabledValue(true),
    marketplace: marketplaceValue(),
    entry: entryValue(),
    offered: offeredValue(),
    copies: [copyValue()],
    live: [],
    ...more,
  };
}

export function enabledValue(enabled: boolean): NonNullable<PluginFacts["enablement"]> {
  const path = "/home/u/.claude/settings.json";
  return { plugin: "alpha@lab", words: [{ scope: "user", path, enabled }], enabled };
}

export function aroundValue(more: Partial<LoadSurroundings> = {}): LoadSurroundings {
  return {
    settings: "read",
    records: "read",
    marketplaces: "read",
    hooks: "run",
    unrecorded: [],
    policies: [],
    installsAtStart: false,
    installedNames: ["alpha"],
    ...more,
  };
}

export function liveValue(evidence: LiveLoad["evidence"], pid = 7, tree: LiveLoad["tree"] = null): LiveLoad {
  return { pid, startTime: "1", sessionId: "s1", tree, evidence };
}
