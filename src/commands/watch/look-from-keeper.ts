import { dirname, join } from "node:path";
import { LockFault } from "#base/lock.ts";
import { liveLeases } from "#codex/server/lease.ts";
import { listWatched, withWatchLock } from "#runs/watched.ts";
import { lookAtWatched } from "./look-at-watched.ts";

/** What no session has confirmed for so long is looked at by the next one that starts. */
const CONFIRMED_WITHIN_MS = 24 * 60 * 60 * 1_000;

/**
 * Looks, for the keeper of a server, at what the hooks of sessions hang on: the one process of ours
 * that runs while they do. While another looks, or a person's command changes these files, it does
 * not: the next look is a second away. `directory` is the server's folder, which lies in the state root.
 */
export async function lookFromKeeper(directory: string, now: Date): Promise<void> {
  const root = dirname(dirname(directory));
  try {
    await withWatchLock({ root }, AbortSignal.abort(), () => look(root, now));
  } catch (error) {
    if (!(error instanceof LockFault)) throw error;
  }
}

function look(root: string, now: Date): void {
  const watched = listWatched({ root }, new Date(now.getTime() - CONFIRMED_WITHIN_MS));
  if (watched.length === 0) return;
  const sessions = [...new Set(liveLeases(join(root, "leases")).map(({ sessionId }) => sessionId))];
  lookAtWatched({ root }, watched, { by: "keeper", sessions, at: now, begins: false });
}
