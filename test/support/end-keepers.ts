import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { readIfPresent } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { isAlive, ProcessIdentity } from "#base/process-identity.ts";
import { hasClients } from "#codex/server/client-mark.ts";
import { isClaimed } from "#codex/server/lease.ts";
import { type ServerPlace, serverPlace } from "#codex/server/server-place.ts";
import { eventuallyAsync } from "./eventually.ts";
import { type FoundProcess, processesOf } from "./processes-of.ts";

/**
 * Ends the keepers under a state root, with their servers, as soon as no process uses and no session
 * claims them: by themselves they would do that some seconds later. Resolves once nothing runs any more
 * that has to do with the state root or with the other folders; rejects, and names what, where that
 * does not come.
 */
export async function endKeepers(state: string, ...folders: readonly string[]): Promise<void> {
  const left = (): readonly FoundProcess[] => processesOf(state, ...folders);
  await eventuallyAsync(
    async () => {
      for (const place of placesIn(state)) if (isUnused(place, state)) end(place);
      return left().length === 0;
    },
    () => `no process is left, but: ${JSON.stringify(left(), null, 1)}`,
  );
}

function placesIn(state: string): readonly ServerPlace[] {
  const servers = join(state, "servers");
  return namesIn(servers).map((name) => serverPlace(join(servers, name)));
}

/** One whose server is still coming up has no record yet, and is let finish that. */
function isUnused({ record, clients }: ServerPlace, state: string): boolean {
  return existsSync(record) && !hasClients(clients) && !isClaimed(join(state, "leases"));
}

/** A test can hold the lock of a keeper itself. */
function end({ lock }: ServerPlace): void {
  const text = readIfPresent(lock) ?? "";
  if (text === "") return;
  const keeper = parseJson(text, ProcessIdentity);
  if (keeper.pid === process.pid || !isAlive(keeper)) return;
  try {
    process.kill(keeper.pid, "SIGTERM");
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
