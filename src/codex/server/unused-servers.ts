import { lstatSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorCode } from "#base/fault.ts";
import { listIfPresent } from "#base/files.ts";
import { isLocked, LockFault, withLock } from "#base/lock.ts";
import { isAlive } from "#base/process-identity.ts";
import { hasClients } from "./client-mark.ts";
import { type ServerPlace, serverPlace } from "./server-place.ts";
import { readRecord } from "./server-record.ts";

/** The name of a place: the identity of its server. */
const KEY = /^[0-9a-f]{20}$/;

/** Returns the folders of all servers. Locks lie beside them, and what else somebody put there. */
export function serverFolders(serversDirectory: string): readonly string[] {
  return listIfPresent(serversDirectory)
    .filter((name) => KEY.test(name))
    .map((name) => join(serversDirectory, name))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true);
}

/** Returns the folders of servers that nobody has used since and of which nothing runs. */
export function unusedServers(serversDirectory: string, since: Date): readonly string[] {
  return serverFolders(serversDirectory)
    .filter((directory) => lastUse(directory) < since.getTime())
    .filter((directory) => !isInUse(serverPlace(directory)));
}

/**
 * Removes such a folder while holding its keeper's lock, so that none can begin in it. Returns false
 * where one has begun. No link in it is followed; a socket that lies elsewhere is its server's to remove.
 */
export async function removeServer(directory: string): Promise<boolean> {
  const place = serverPlace(directory);
  try {
    await withLock(place.lock, async () => empty(place), AbortSignal.abort());
  } catch (error) {
    if (error instanceof LockFault) return false;
    throw error;
  }
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error) ?? "")) return false;
    throw error;
  }
}

function empty(place: ServerPlace): void {
  if (isServing(place)) return;
  for (const name of readdirSync(place.directory)) {
    const path = join(place.directory, name);
    if (path !== place.lock) rmSync(path, { recursive: true, force: true });
  }
}

function isInUse(place: ServerPlace): boolean {
  return isLocked(place.lock) || isServing(place);
}

function isServing(place: ServerPlace): boolean {
  const server = readRecord(place);
  return (server !== undefined && isAlive(server.process)) || hasClients(place.clients);
}

function lastUse(directory: string): number {
  const paths = [directory, ...listIfPresent(directory).map((name) => join(directory, name))];
  return Math.max(...paths.map((path) => lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
}
