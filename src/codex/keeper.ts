import { statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { readIfPresent, removeIfPresent, replaceFile } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { LockFault, withLock } from "#base/lock.ts";
import { adoptServer } from "./adopt-server.ts";
import { hasClients } from "./client-mark.ts";
import { endServer, removeTraces, runsHere } from "./end-server.ts";
import { CodexFault } from "./fault.ts";
import { liveLeases } from "./lease.ts";
import { orphanWatch } from "./orphans.ts";
import { closedDoor, restoreLink, shutDoor } from "./server-door.ts";
import { KeeperRequest, type ServerPlace, serverPlace } from "./server-place.ts";
import type { KeptServer } from "./server-record.ts";
import { startServer } from "./start-server.ts";

const POLL_MS = 1_000;
/** Between a session that ends and the next one, and between two calls from a shell. */
const GRACE_MS = 5_000;

/**
 * Keeps the server of that directory: starts it, or adopts the one that a dead keeper left, and
 * ends it when nobody uses it and either no session claims it or nothing has run for a while.
 * Returns when the server has ended and its traces are gone; at once where another keeper lives.
 *
 * @throws CodexFault `server-start-failed`, also written where waiting clients see it.
 */
export async function keepServer(directory: string, stop: AbortSignal): Promise<void> {
  const place = serverPlace(directory);
  const request = parseJson(readIfPresent(place.request) ?? "", KeeperRequest);
  try {
    await withLock(place.lock, () => keep(place, request, stop), AbortSignal.abort());
  } catch (error) {
    if (!(error instanceof LockFault) || error.failure.path !== place.lock) throw error;
  }
}

async function keep(place: ServerPlace, request: KeeperRequest, stop: AbortSignal): Promise<void> {
  const ownLock = readIfPresent(place.lock);
  const server = (await adoptServer(place)) ?? (await start(place, request, stop));
  try {
    await untilUnused(place, request, { server, stop, ownLock });
  } finally {
    await endServer(server);
    removeIfPresent(closedDoor(place));
    removeTraces(place, server);
  }
}

async function start(place: ServerPlace, request: KeeperRequest, stop: AbortSignal): Promise<KeptServer> {
  try {
    const server = await startServer(place, request, stop);
    removeIfPresent(place.failure);
    return server;
  } catch (error) {
    const detail =
      error instanceof CodexFault ? error.failure : { kind: "unexpected", detail: String(error) };
    replaceFile(place.failure, JSON.stringify({ at: new Date().toISOString(), ...detail }));
    throw error;
  }
}

type Watch = {
  readonly server: KeptServer;
  readonly stop: AbortSignal;
  readonly ownLock: string | undefined;
};

/** Returns when the server is gone, is to be ended, or when our directory was taken away. */
async function untilUnused(place: ServerPlace, request: KeeperRequest, watch: Watch): Promise<void> {
  const over = AbortSignal.any([watch.stop, watch.server.gone]);
  const endOrphans = orphanWatch(place);
  let lastUse = performance.now();
  let lastLease = lastUse;
  let touched = clientsTouched(place);
  while (await pause(over)) {
    if (!runsHere(watch.server.process) || readIfPresent(place.lock) !== watch.ownLock) return;
    endOrphans();
    const now = performance.now();
    const touchedNow = clientsTouched(place);
    if (hasClients(place.clients) || touchedNow !== touched) lastUse = now;
    if (liveLeases(request.leasesDirectory).length > 0) lastLease = now;
    touched = touchedNow;
    const idle = now - lastUse > GRACE_MS;
    const due = now - lastLease > GRACE_MS || now - lastUse > request.idleSeconds * 1_000;
    if (idle && due && shutDoor(place)) return;
    restoreLink(place, watch.server);
  }
}

async function pause(over: AbortSignal): Promise<boolean> {
  await delay(POLL_MS, undefined, { signal: over }).catch(() => undefined);
  return !over.aborted;
}

/** Changes with every mark that comes or goes, so that a visit between two looks counts as well. */
function clientsTouched(place: ServerPlace): number {
  return statSync(place.clients, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
