import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ObjectId } from "#base/ids.ts";
import { withLock } from "#base/lock.ts";
import { liveLeases } from "#codex/server/lease.ts";
import { removeServer, unusedServers } from "#codex/server/unused-servers.ts";
import type { Locations } from "#runs/locations.ts";
import { neededTrees } from "#runs/prune/needed-trees.ts";
import { pruneFetched } from "#runs/prune/prune-fetched.ts";
import { pruneLeftovers } from "#runs/prune/prune-leftovers.ts";
import { pruneLoadedPlugins } from "#runs/prune/prune-loaded-plugins.ts";
import {
  type PruneOptions,
  pruneAudits,
  pruneDayFolders,
  pruneRequests,
  pruneVerdicts,
  type Removed,
} from "#runs/prune/prune-records.ts";
import { isAnyRunUnderWay, pruneListings, pruneRuns } from "#runs/prune/prune-runs.ts";
import { forgetGoneTrees, type LeftAlone } from "#runs/prune/prune-session.ts";
import { pruneWatched } from "#runs/prune/prune-watched.ts";
import type { PrunedSession } from "#runs/prune/pruned.ts";
import { DAY_MS } from "#runs/prune/retention.ts";
import { type StoredSession, storedSessions } from "#runs/prune/stored-sessions.ts";
import { readRequests } from "#runs/sessions/requests.ts";
import { listSetAside } from "#runs/sessions/session-file.ts";
import { pruneSessions } from "./prune-sessions.ts";
import { type PrunedStores, pruneStores, whyStoresStay } from "./prune-stores.ts";
import { NOTHING, NOTHING_REMOVED, type RemovedByKind } from "./pruned-kinds.ts";

/** What was pruned, or in a dry run would be. */
export type Pruning = {
  readonly removed: RemovedByKind;
  readonly sessions: readonly PrunedSession[];
  /** The ids of runs. */
  readonly runs: readonly string[];
  /** What is old and stays, and why. */
  readonly kept: readonly LeftAlone[];
};

/**
 * Prunes the state root by the rules of `Retention`. Safe while hooks run; only one prunes at a time.
 *
 * @throws LockFault where another one is at it.
 */
export async function pruneEverything(
  locations: Locations,
  options: PruneOptions,
  signal: AbortSignal,
): Promise<Pruning> {
  if (!existsSync(locations.root)) return { removed: NOTHING_REMOVED, sessions: [], runs: [], kept: [] };
  const lock = join(locations.root, "prune.lock");
  return await withLock(lock, () => prune(locations, options, signal), AbortSignal.abort());
}

async function prune(locations: Locations, options: PruneOptions, signal: AbortSignal): Promise<Pruning> {
  const requests = readRequests(locations);
  const held = new Set(liveLeases(locations.leases).map(({ sessionId }) => sessionId));
  const stored = storedSessions(locations, { held, requests: requests.requests });
  const sessions = await pruneSessions(locations, stored, options, signal);
  const runs = await pruneRuns(locations, options, signal);
  const gone = new Set<string>(sessions.gone.map(({ session }) => session));
  const staying = stored.filter(({ id }) => !gone.has(id));
  const records = {
    verdicts: pruneVerdicts(locations, options),
    requests: pruneRequests(locations, requests, options),
    audits: pruneAudits(locations, options),
    plugins: pruneLoadedPlugins(locations, { gone, staying: idsOf(staying) }, options),
    ...pruneWatched(locations, options),
  };
  const worktrees = await forgetTrees(locations, staying, options, signal);
  const stores = await storesOf(locations, staying, options, signal);
  const servers = await pruneServers(locations, options);
  return {
    removed: {
      ...sessions.removed,
      runs: runs.runs,
      ...records,
      stores: stores.stores,
      objects: stores.objects,
      fetched: pruneFetched(locations, options),
      servers,
      worktrees: { count: worktrees.count, bytes: 0 },
      folders: pruneDayFolders(locations, options),
      listings: pruneListings(locations, options),
      leftovers: together(runs.leftovers, await pruneLeftovers(locations, options)),
    },
    sessions: sessions.gone,
    runs: runs.gone,
    kept: [
      ...sessions.kept,
      ...runs.kept,
      ...worktrees.kept,
      ...stores.kept,
      ...listSetAside(locations).map((path) => ({ path, why: "it was set aside because it cannot be read" })),
      ...requests.unreadable.map(({ path, detail }) => ({ path, why: `it cannot be read (${detail})` })),
    ],
  };
}

/** Nothing goes out of a store while anything is under way that is on record only when it ends. */
async function storesOf(
  locations: Locations,
  staying: readonly StoredSession[],
  options: PruneOptions,
  signal: AbortSignal,
): Promise<PrunedStores> {
  const wanted = isAnyRunUnderWay(locations, options.now)
    ? "a run that is under way may need it"
    : whyStoresStay(locations, staying);
  if (wanted === undefined) return await pruneStores(locations, needed(staying), options, signal);
  return { stores: NOTHING, objects: NOTHING, kept: [{ path: locations.objects, why: wanted }] };
}

function together(one: Removed, other: Removed): Removed {
  return { count: one.count + other.count, bytes: one.bytes + other.bytes };
}

function idsOf(sessions: readonly StoredSession[]): ReadonlySet<string> {
  return new Set(sessions.map(({ id }) => id));
}

/** Only of sessions that are over: one that lives may come back to a tree that comes back. */
async function forgetTrees(
  locations: Locations,
  staying: readonly StoredSession[],
  { now, dryRun }: PruneOptions,
  signal: AbortSignal,
): Promise<{ readonly count: number; readonly kept: readonly LeftAlone[] }> {
  let count = 0;
  const kept: LeftAlone[] = [];
  for (const session of staying) {
    if (session.unfinished !== undefined || now.getTime() - session.lastUsed < DAY_MS) continue;
    const forgotten = await forgetGoneTrees(locations, session, { dryRun }, signal);
    if ("why" in forgotten) kept.push(forgotten);
    else count += forgotten.length;
  }
  return { count, kept };
}

function needed(staying: readonly StoredSession[]): ReadonlyMap<string, readonly ObjectId[]> {
  const all = new Map<string, readonly ObjectId[]>();
  for (const { read } of staying) {
    if (read.kind !== "session") continue;
    for (const [store, trees] of neededTrees(read.session))
      all.set(store, [...(all.get(store) ?? []), ...trees]);
  }
  return all;
}

async function pruneServers(
  { servers }: Locations,
  { retention, now, dryRun }: PruneOptions,
): Promise<Removed> {
  const since = new Date(now.getTime() - retention.serverDays * DAY_MS);
  let count = 0;
  for (const directory of unusedServers(servers, since)) {
    if (dryRun || (await removeServer(directory))) count += 1;
  }
  return { count, bytes: 0 };
}
