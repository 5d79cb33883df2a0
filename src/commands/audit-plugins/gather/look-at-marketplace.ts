import { dirname } from "node:path";
import type { MarketplaceFacts } from "#audit/plugins/marketplace-facts.ts";
import type { CopyFacts, Offered, PluginFacts } from "#audit/plugins/plugin-facts.ts";
import type { ObjectId } from "#base/ids.ts";
import type { Marketplace, MarketplaceEntry } from "#claude/plugins/marketplace.ts";
import { realPath } from "#claude/real-path.ts";
import { type CloneState, cloneState } from "#git/clone/clone-state.ts";
import type { FolderTree } from "#git/clone/folder-tree.ts";
import { type OpenClone, type Opening, openClone } from "#git/clone/open-clone.ts";
import type { SearchProgress } from "#git/clone/wanted-tree.ts";
import { bytesOfCopies } from "./bytes-of-copies.ts";
import { isLeftover, type ReadCopy } from "./copy-facts.ts";
import { factsOfCopies } from "./copy-histories.ts";
import type { CopyPlace } from "./copy-places.ts";
import type { FetchedHistories } from "./fetched-histories.ts";
import { formerPath } from "./former-path.ts";
import type { HostPlugins } from "./host-plugins.ts";
import { type HostWays, waysOf } from "./host-ways.ts";
import { historyOf } from "./marketplace-history.ts";
import { type LookedAt, offeredHere } from "./offered-of.ts";
import { type Origin, ownRepository, whyNoHistory } from "./plugin-origin.ts";
import { claimedCommit } from "./recorded-commit.ts";

/** A plugin whose bytes are still to be looked at. */
type UnreadPlugin = Pick<PluginFacts, "id" | "host" | "enablement"> & {
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

/** How it is looked at. */
export type Looking = {
  /** The folder in which the host keeps its clones. */
  readonly clones: string;
  readonly histories: FetchedHistories;
  readonly onProgress: (progress: SearchProgress) => void;
};

/**
 * Looks at a marketplace and at all its plugins while its clone is open.
 *
 * @throws GitFault `git-missing`, or `git-timed-out` when `signal` fires; or its reason.
 */
export async function lookAtMarketplace(
  { host, marketplace, plugins }: MarketplaceGroup,
  { clones, histories, onProgress }: Looking,
  signal: AbortSignal,
): Promise<LookedAtGroup> {
  const opening = await open(marketplace, signal);
  try {
    const ways = waysOf(host, opening.kind === "open" ? opening.clone : null);
    const state = withoutMarks(await cloneState(opening, signal), ways);
    const clone = opening.kind === "open" && state.kind === "clone" ? opening.clone : null;
    const asked = { state, clone, claimed: plugins.flatMap(claimsOf), histories };
    const { remote, history, fetchedAt } = await historyOf(marketplace, asked);
    const facts = marketplace && {
      ...marketplace,
      own: isOwn(marketplace, clones),
      clone: state,
      remote,
      historyFetchedAt: fetchedAt,
    };
    const looked = marketplace && { marketplace, state, open: clone, ways };
    const paths = plugins.flatMap(({ places }) => places.map(({ path }) => path));
    const objectFormat = (history ?? clone)?.config.objectFormat ?? "sha1";
    const bytes = await bytesOfCopies(paths, { ...ways.copies, objectFormat }, signal);
    const around = { looked, history, histories, bytes, ways };
    const read = await Promise.all(plugins.map((plugin) => readPlugin(plugin, around, signal)));
    const copies = await factsOfCopies(
      read.flatMap((one) => one.copies),
      onProgress,
      signal,
    );
    return { marketplace: facts, plugins: joined(facts, read, copies) };
  } finally {
    if (opening.kind === "open") opening.clone.close();
  }
}

/** What may be a clone: an archive that was unpacked, or a file, is none. */
async function open(marketplace: Marketplace | null, signal: AbortSignal): Promise<Opening> {
  if (marketplace === null || ["absent", "file"].includes(marketplace.stands)) return { kind: "none" };
  return await openClone(marketplace.installLocation, signal);
}

/** Where a link leads counts, not where it lies. */
function isOwn({ installLocation }: Marketplace, clones: string): boolean {
  return dirname(realPath(installLocation)) === realPath(clones);
}

/** The host's own marks are no edits. */
function withoutMarks(state: CloneState, { cloneMarks }: HostWays): CloneState {
  if (state.kind !== "clone") return state;
  return { ...state, edited: state.edited.filter((path) => !cloneMarks.includes(path)) };
}

/** The host removes versions that nothing refers to: where there are more, something else makes them. */
const MOST_LEFTOVERS = 20;
const TOO_MANY: Origin = { kind: "elsewhere", why: "nothing refers to it, and there are too many like it" };

type ReadPlugin = {
  readonly plugin: UnreadPlugin;
  readonly entry: MarketplaceEntry | null;
  readonly offered: Offered | null;
  readonly copies: readonly ReadCopy[];
};

type Around = {
  readonly looked: LookedAt | null;
  /** In which plugins are looked for that lie in the marketplace. */
  readonly history: OpenClone | null;
  readonly histories: FetchedHistories;
  readonly bytes: ReadonlyMap<string, FolderTree>;
  readonly ways: HostWays;
};

async function readPlugin(plugin: UnreadPlugin, around: Around, signal: AbortSignal): Promise<ReadPlugin> {
  const { looked, histories, bytes, ways } = around;
  const manifest = looked?.marketplace.manifest;
  const entries = manifest?.kind === "read" ? manifest.value.entries : [];
  // A name that is there twice means the first one to the host (2.1.330).
  const entry = entries.find(({ name }) => name === plugin.name) ?? null;
  const own = entry === null ? null : await ownRepository(entry, histories, claimsOf(plugin));
  const here = looked === null || entry === null ? null : await offeredHere(looked, entry, signal);
  const origin = own?.origin ?? (await originHere(plugin, entry, around));
  const offered = own === null ? here : own.offered;
  const leftovers = plugin.places.filter((place) => isLeftover({ place })).length;
  const copies = plugin.places.map((place) => ({
    place,
    bytes: bytes.get(place.path) ?? ({ kind: "absent" } as const),
    origin: leftovers > MOST_LEFTOVERS && isLeftover({ place }) ? TOO_MANY : origin,
    offered,
    ways,
  }));
  return { plugin, entry, offered, copies };
}

async function originHere(
  plugin: UnreadPlugin,
  entry: MarketplaceEntry | null,
  { looked, history }: Around,
): Promise<Origin> {
  const source = entry?.source ?? null;
  const former =
    entry === null && history !== null ? await formerPath(history, plugin.name, claimsOf(plugin)) : null;
  const path = source?.kind === "relative" ? source.path : former;
  if (path !== null && history !== null) return { kind: "folder", clone: history, path, name: plugin.name };
  if (looked === null) return { kind: "elsewhere", why: "its marketplace is not known here" };
  if (looked.state.kind === "broken")
    return { kind: "elsewhere", why: "the clone of its marketplace cannot be read" };
  return { kind: "elsewhere", why: whyNoHistory(source) };
}

function claimsOf({ places }: UnreadPlugin): readonly ObjectId[] {
  return places.flatMap(({ record }) => claimedCommit(record?.gitCommitSha ?? null) ?? []);
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
