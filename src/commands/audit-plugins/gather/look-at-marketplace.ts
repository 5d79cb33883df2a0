import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import type { CopyFacts, Offered, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import type { ObjectId } from "#base/ids.ts";
import type { Marketplace, MarketplaceEntry } from "#claude/plugins/marketplace.ts";
import { type CloneState, cloneState } from "#git/clone/clone-state.ts";
import type { FolderTree } from "#git/clone/folder-tree.ts";
import { type Opening, openClone } from "#git/clone/open-clone.ts";
import type { SearchProgress } from "#git/clone/search-history.ts";
import { bytesOfCopies } from "./bytes-of-copies.ts";
import { copiesFacts, copyWithoutHistory, type Origin, type ReadCopy } from "./copy-facts.ts";
import type { CopyPlace } from "./copy-places.ts";
import { formerPath } from "./former-path.ts";
import type { HostPlugins } from "./host-plugins.ts";
import { HOST_WAYS, type HostWays } from "./host-ways.ts";
import { type LookedAt, offeredHere } from "./offered-of.ts";
import { claimedCommit } from "./recorded-commit.ts";

/** A plugin whose bytes are still to be looked at. */
export type UnreadPlugin = Pick<PluginFacts, "id" | "host" | "enablement"> & {
  readonly name: string;
  readonly places: readonly CopyPlace[];
};

/** Plugins that one marketplace offers or offered; null for those whose marketplace nobody knows. */
export type MarketplaceGroup = {
  readonly host: HostPlugins["host"];
  readonly marketplace: Marketplace | null;
  readonly plugins: readonly UnreadPlugin[];
};

/** What was found out; what lives is told elsewhere. */
export type LookedAtGroup = {
  readonly marketplace: MarketplaceFacts | null;
  readonly plugins: readonly Omit<PluginFacts, "live">[];
};

/**
 * Looks at a marketplace and at all its plugins while its clone is open.
 *
 * @throws GitFault `git-missing`, or `git-timed-out` when `signal` fires; or its reason.
 */
export async function lookAtMarketplace(
  { host, marketplace, plugins }: MarketplaceGroup,
  onProgress: (progress: SearchProgress) => void,
  signal: AbortSignal,
): Promise<LookedAtGroup> {
  const opening = await open(marketplace, signal);
  try {
    const ways = HOST_WAYS[host];
    const state = withoutMarks(await cloneState(opening, signal), ways);
    const facts = marketplace && { ...marketplace, clone: state, remote: { kind: "not-asked" } as const };
    const clone = opening.kind === "open" && state.kind === "clone" ? opening.clone : null;
    const looked = marketplace && { marketplace, state, open: clone, ways };
    const paths = plugins.flatMap(({ places }) => places.map(({ path }) => path));
    const bytes = await bytesOfCopies(
      paths,
      { ...ways.copies, objectFormat: clone?.config.objectFormat ?? "sha1" },
      signal,
    );
    const read = await Promise.all(
      plugins.map((plugin) => readPlugin(plugin, { looked, bytes, ways }, signal)),
    );
    const copies = read.flatMap((one) => one.copies);
    const known =
      clone === null
        ? copies.map((copy) => copyWithoutHistory(copy, whyNoHistory(facts)))
        : await copiesFacts(clone, { copies, onProgress }, signal);
    return { marketplace: facts, plugins: joined(facts, read, known) };
  } finally {
    if (opening.kind === "open") opening.clone.close();
  }
}

/** What may be a clone: an archive that was unpacked, or a file, is none. */
async function open(marketplace: Marketplace | null, signal: AbortSignal): Promise<Opening> {
  if (marketplace === null || ["absent", "file"].includes(marketplace.stands)) return { kind: "none" };
  return await openClone(marketplace.installLocation, signal);
}

/** The host's own marks are no edits. */
function withoutMarks(state: CloneState, { cloneMarks }: HostWays): CloneState {
  if (state.kind !== "clone") return state;
  return { ...state, edited: state.edited.filter((path) => !cloneMarks.includes(path)) };
}

type ReadPlugin = {
  readonly plugin: UnreadPlugin;
  readonly entry: MarketplaceEntry | null;
  readonly offered: Offered | null;
  readonly copies: readonly ReadCopy[];
};

type Around = {
  readonly looked: LookedAt | null;
  readonly bytes: ReadonlyMap<string, FolderTree>;
  readonly ways: HostWays;
};

async function readPlugin(
  plugin: UnreadPlugin,
  { looked, bytes, ways }: Around,
  signal: AbortSignal,
): Promise<ReadPlugin> {
  const manifest = looked?.marketplace.manifest;
  const entries = manifest?.kind === "read" ? manifest.value.entries : [];
  // A name that is there twice means the first one to the host (2.1.330).
  const entry = entries.find(({ name }) => name === plugin.name) ?? null;
  const offered = looked === null || entry === null ? null : await offeredHere(looked, entry, signal);
  const former =
    entry === null && looked?.open != null
      ? await formerPath(looked.open, plugin.name, claimsOf(plugin))
      : null;
  const origin = former === null ? originOf(entry) : ({ kind: "folder", path: former } as const);
  const copies = plugin.places.map((place) => ({
    place,
    bytes: bytes.get(place.path) ?? ({ kind: "absent" } as const),
    origin,
    offered,
    ways,
  }));
  return { plugin, entry, offered, copies };
}

function claimsOf({ places }: UnreadPlugin): readonly ObjectId[] {
  return places.flatMap(({ record }) => claimedCommit(record?.gitCommitSha ?? null) ?? []);
}

/** The words stand behind "not searched, because". */
function originOf(entry: MarketplaceEntry | null): Origin {
  if (entry === null) return { kind: "elsewhere", why: "its marketplace does not say where it comes from" };
  const { source } = entry;
  switch (source.kind) {
    case "relative":
      return { kind: "folder", path: source.path };
    case "github":
    case "git":
      return {
        kind: "elsewhere",
        why: "it comes from a repository of its own, which is not on this machine",
      };
    case "npm":
      return { kind: "elsewhere", why: "it comes from a package of npm, which has no history" };
    case "escaping":
      return { kind: "elsewhere", why: "its marketplace says that it lies outside of the marketplace" };
    case "other":
      return { kind: "elsewhere", why: "nothing is known of the kind of source that its marketplace names" };
  }
}

function whyNoHistory(marketplace: MarketplaceFacts | null): string {
  if (marketplace === null) return "its marketplace is not known here";
  switch (marketplace.clone.kind) {
    case "broken":
      return "the clone of its marketplace cannot be read";
    case "none":
    case "clone":
      return "its marketplace has no history here";
  }
}

function joined(
  marketplace: MarketplaceFacts | null,
  plugins: readonly ReadPlugin[],
  copies: readonly CopyFacts[],
): LookedAtGroup["plugins"] {
  let next = 0;
  return plugins.map(({ plugin, entry, offered, copies: own }) => {
    const { id, host, enablement } = plugin;
    const from = next;
    next += own.length;
    return { id, host, enablement, marketplace, entry, offered, copies: copies.slice(from, next) };
  });
}
