import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "#base/fault.ts";
import { isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { serverPlace } from "#codex/server/server-place.ts";
import { serverFolders } from "#codex/server/unused-servers.ts";
import { readOwnFile } from "#runs/own-file.ts";

const PATIENCE_MS = 15_000;
const LOOK_MS = 50;

/**
 * Ends the keepers below a trial's own servers folder, and with them their servers. Each is told by
 * its lock, which is gone a moment before its process is; one that has ended by itself is left alone.
 */
export async function endKeepers(serversDirectory: string): Promise<void> {
  const told = new Map<number, ProcessIdentity>();
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await delay(LOOK_MS)) {
    for (const keeper of livingKeepers(serversDirectory)) {
      if (!told.has(keeper.pid)) endGently(keeper.pid);
      told.set(keeper.pid, keeper);
    }
    if (![...told.values()].some((keeper) => isAlive(keeper))) return;
  }
}

function livingKeepers(serversDirectory: string): readonly ProcessIdentity[] {
  return serverFolders(serversDirectory).flatMap((folder) => keeperOf(serverPlace(folder).lock) ?? []);
}

function keeperOf(lock: string): ProcessIdentity | undefined {
  const keeper = readOwnFile(lock, ProcessIdentity);
  return keeper !== undefined && isAlive(keeper) ? keeper : undefined;
}

/** It can have ended by itself since it was looked at. */
function endGently(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}
