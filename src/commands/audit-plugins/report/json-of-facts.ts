import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import type { CopyFacts, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import type { MarketplaceEntry } from "#claude/plugins/marketplace.ts";
import type { PluginFolder } from "#claude/plugins/plugin-folder.ts";
import type { FolderTree } from "#git/clone/folder-tree.ts";
import { shownUrl } from "#git/clone/shown-url.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** Returns what is printed of a marketplace. Its entries are left out: those that are used stand with their plugins. */
export function jsonOfMarketplace({ manifest, source, ...rest }: MarketplaceFacts): JsonObject {
  const marketplace = { ...rest, source: withoutSecrets(source) };
  const { path, kind } = manifest;
  switch (manifest.kind) {
    case "read":
      return { ...marketplace, manifest: { path, kind, entries: manifest.value.entries.length } };
    case "absent":
    case "unreadable":
    case "newer":
      return { ...marketplace, manifest };
  }
}

/** Returns what is printed of one plugin, without what was judged of it. */
export function jsonOfFacts(facts: PluginFacts): JsonObject {
  const { id, host, enablement, marketplace, entry, offered, copies, live } = facts;
  return {
    id,
    host,
    enabled: enablement?.enabled ?? null,
    enabledBy: enablement?.words ?? [],
    marketplace: marketplace?.name ?? null,
    entry: entry && { ...entry, source: withoutSecrets(entry.source) },
    offered: offered && {
      version: offered.version,
      commit: offered.commit,
      tree: offered.tree,
      path: offered.folder?.path ?? null,
    },
    copies: copies.map(jsonOfCopy),
    live,
  };
}

/** Addresses may hold passwords and tokens. */
function withoutSecrets(source: MarketplaceFacts["source"] | MarketplaceEntry["source"]): JsonObject {
  return "url" in source ? { ...source, url: shownUrl(source.url) } : source;
}

function jsonOfCopy(copy: CopyFacts): JsonObject {
  const { record, applies, cached, folder, bytes, match, recorded, differences, missing } = copy;
  return {
    path: folder.path,
    stands: folder.stands,
    record,
    applies,
    manifestVersion: manifestVersion(folder),
    folderVersion: cached?.version ?? null,
    orphanedAt: cached?.orphanedAt ?? null,
    holders: cached?.holders ?? [],
    tree: bytes.kind === "read" ? bytes.tree : null,
    bytes: jsonOfBytes(bytes),
    recordedCommit: record?.gitCommitSha ?? null,
    provedCommit: match.kind === "found" ? match.commit : null,
    recorded,
    match,
    besideRecorded: copy.besideRecorded,
    besideOffered: copy.besideOffered,
    differences,
    missing,
  };
}

/** The list of all files would be most of the output, and the tree names it. */
function jsonOfBytes(bytes: FolderTree): JsonObject {
  if (bytes.kind !== "read") return bytes;
  return { kind: bytes.kind, files: bytes.files.length, bytes: bytes.bytes };
}

function manifestVersion({ manifest }: PluginFolder): string | null {
  return manifest.kind === "read" ? manifest.value.version : null;
}
