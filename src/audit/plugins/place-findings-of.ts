import type { Found } from "#base/found-file.ts";
import { repositoryUrl } from "#claude/plugins/repository-url.ts";
import type { PluginFinding } from "./findings/plugin-finding.ts";
import type { MarketplaceFacts } from "./marketplace-facts.ts";
import { remoteAddress } from "./remote-address.ts";

type Clone = Extract<MarketplaceFacts["clone"], { readonly kind: "clone" }>;

/** Returns what is to be said of a marketplace as it stands on this machine. */
export function marketplaceFindings(
  host: "claude" | "codex",
  facts: MarketplaceFacts,
): readonly PluginFinding[] {
  const { clone, name: marketplace, installLocation, own, source } = facts;
  const about = { marketplace, host, directory: installLocation };
  const live = source.kind === "directory" || source.kind === "file";
  switch (clone.kind) {
    case "none":
      return [];
    case "broken":
      return [{ kind: "clone-broken", ...about, own, detail: clone.detail }];
    case "clone":
      return [
        ...(live ? [] : remoteFindings(host, facts, clone)),
        ...unconfirmed(host, facts, clone),
        ...(clone.edited.length > 0
          ? [{ kind: "clone-edited", ...about, own, paths: clone.edited, live } as const]
          : []),
        ...(clone.shallow
          ? [
              {
                kind: "clone-shallow",
                ...about,
                head: clone.head,
                fetchedAt: facts.historyFetchedAt,
              } as const,
            ]
          : []),
      ];
  }
}

function remoteFindings(
  host: "claude" | "codex",
  { name: marketplace, installLocation, remote, source }: MarketplaceFacts,
  clone: Clone,
): readonly PluginFinding[] {
  const { head, tracking, ahead, behind } = clone;
  const about = { marketplace, host, directory: installLocation };
  const found: PluginFinding[] = [];
  if (tracking !== null && tracking.commit !== head && !standsStill(source, clone)) {
    if (ahead === null || ahead > 0) {
      found.push({ kind: "clone-diverged", ...about, head, tracking: tracking.commit, ahead, behind });
    } else {
      found.push({
        kind: "clone-behind-remote",
        ...about,
        head,
        remote: tracking.commit,
        commits: behind,
        seen: "tracking",
      });
    }
  }
  if (remote.kind === "not-answered") {
    found.push({ kind: "remote-not-answered", ...about, detail: remote.detail });
  }
  if (remote.kind === "at" && remote.commit !== head && remote.commit !== tracking?.commit) {
    found.push({
      kind: "clone-behind-remote",
      ...about,
      head,
      remote: remote.commit,
      commits: null,
      seen: "remote",
    });
  }
  return found;
}

/**
 * A clone is a claim as well: whoever can write it can commit in it. What was fetched from where the
 * marketplace was added speaks for it, or what is fetched there now.
 */
function unconfirmed(
  host: "claude" | "codex",
  { name: marketplace, installLocation: directory, source, remote }: MarketplaceFacts,
  clone: Clone,
): readonly PluginFinding[] {
  const { head, tracking, ahead, remote: address } = clone;
  const url = repositoryUrl(source);
  if (url === null || remote.kind === "at") return [];
  const wanted = remoteAddress(url);
  const about = { marketplace, host, directory };
  if (address !== null && remoteAddress(address) !== wanted)
    return [{ kind: "clone-unconfirmed", ...about, address, wanted, pinned: false }];
  const pinned = refOf(source) !== null;
  const isNamed = head !== null && refOf(source) === head;
  const isFetched = tracking !== null && (ahead === 0 || !standsStill(source, clone));
  return !isNamed && !isFetched
    ? [{ kind: "clone-unconfirmed", ...about, address: null, wanted, pinned }]
    : [];
}

/** A marketplace that was added at a tag or a commit is on no branch, and follows none. */
function standsStill(source: MarketplaceFacts["source"], { branch }: Clone): boolean {
  return branch === null && refOf(source) !== null;
}

function refOf(source: MarketplaceFacts["source"]): string | null {
  return "ref" in source ? source.ref : null;
}

/** Returns what is to be said of a JSON file of the host. That one is absent is no fault of it. */
export function fileFindings(file: Found<unknown>): readonly PluginFinding[] {
  const { path } = file;
  switch (file.kind) {
    case "absent":
      return [];
    case "unreadable":
      return [{ kind: "file-unreadable", path, detail: file.detail }];
    case "newer":
      return [{ kind: "file-newer", path, version: file.version }];
    case "read":
      return file.dropped.length === 0 ? [] : [{ kind: "entries-dropped", path, entries: file.dropped }];
  }
}
