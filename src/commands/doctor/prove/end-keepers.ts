import { setTimeout as delay } from "node:timers/promises";
import { readIfPresent } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { serverPlace } from "#codex/server/server-place.ts";
import { serverFolders } from "#codex/server/unused-servers.ts";

const PATIENCE_MS = 15_000;
const LOOK_MS = 50;

/**
 * Ends the keepers below a trial's own servers folder, and with them their servers. Each is told by
 * its lock; one that has ended by itself is left alone.
 */
export async function endKeepers(serversDirectory: string): Promise<void> {
  const locks = serverFolders(serversDirectory).map((folder) => serverPlace(folder).lock);
  const living = () => locks.flatMap((lock) => keeperOf(lock) ?? []);
  for (const { pid } of living()) process.kill(pid, "SIGTERM");
  const end = Date.now() + PATIENCE_MS;
  while (living().length > 0 && Date.now() < end) await delay(LOOK_MS);
}

function keeperOf(lock: string): ProcessIdentity | undefined {
  try {
    const keeper = parseJson(readIfPresent(lock) ?? "", ProcessIdentity);
    return isAlive(keeper) ? keeper : undefined;
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}
