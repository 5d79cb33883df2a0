import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { liveLeases } from "#codex/server/lease.ts";
import { listWatched } from "#runs/watched.ts";
import { lookAtWatched } from "./look-at-watched.ts";

/** What no session has confirmed for so long is looked at by the next one that starts. */
const CONFIRMED_WITHIN_MS = 24 * 60 * 60 * 1_000;

/**
 * Looks, for the keeper of a server, at what the hooks of sessions hang on: the one process of ours
 * that runs while they do. A person's setup holds its lock while it changes these files: then it is
 * too early to look. `directory` is the server's folder, which lies in the state root.
 */
export function lookFromKeeper(directory: string, now: Date): void {
  const root = dirname(dirname(directory));
  if (existsSync(`${join(root, "launch")}.lock`)) return;
  const watched = listWatched({ root }, new Date(now.getTime() - CONFIRMED_WITHIN_MS));
  if (watched.length === 0) return;
  const sessions = [...new Set(liveLeases(join(root, "leases")).map(({ sessionId }) => sessionId))];
  lookAtWatched({ root }, watched, { by: "keeper", sessions, at: now, begins: false });
}
