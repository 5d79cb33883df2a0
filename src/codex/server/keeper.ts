import { lstatSync, statSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { errorText } from "#base/fault.ts";
import { readIfPresent, removeIfPresent, replaceFile } from "#base/files.ts";
import { parseJson } from "#base/json.ts";
import { LockFault, namesHolder, withLock } from "#base/lock.ts";
import { CodexFault } from "#codex/fault.ts";
import { adoptServer } from "./adopt-server.ts";
import { hasClients } from "./client-mark.ts";
import { endOrphanedSandboxes } from "./end-orphaned-sandboxes.ts";
import { clearFolder, endServer, removeIfEmpty, removeSocket, removeTraces, runsHere } from "./end-server.ts";
import { isClaimed } from "./lease.ts";
import { orphanWatch } from "./orphans.ts";
import { closedDoor, restoreLink, shutDoor } from "./server-door.ts";
import { groundOf } from "./server-ground.ts";
import { cutLog } from "./server-log.ts";
import { KeeperRequest, type ServerPlace, serverPlace } from "./server-place.ts";
import { CALM, watchPulse } from "./server-pulse.ts";
import type { KeptServer } from "./server-record.ts";
import { isOver, noUseYet, type UseSeen, useAfter } from "./server-use.ts";
import { requirePrivate } from "./socket-path.ts";
import { startServer } from "./start-server.ts";

const POLL_MS = 1_000;

/**
 * Keeps the server of that directory: starts it, or adopts the one that a dead keeper left, and
 * ends it when nobody uses it and either no session claims it, nobody will ask for it any more, or
 * nothing has run for a while. Returns when the server has ended and its traces are gone; at once
 * where another keeper lives.
 *
 * @throws CodexFault `server-start-failed`, also written where waiting clients see it.
 */
export async function keepServer(directory: string, stop: AbortSignal): Promise<void> {
  requirePrivate(directory);
  const place = serverPlace(directory);
  const request = parseJson(readIfPresent(place.request) ?? "", KeeperRequest);
  try {
    await withLock(place.lock, () => keep(place, request, stop), AbortSignal.abort());
  } catch (error) {
    if (!(error instanceof LockFault) || error.failure.path !== place.lock) throw error;
  }
  removeIfEmpty(directory);
}

async function keep(place: ServerPlace, request: KeeperRequest, stop: AbortSignal): Promise<void> {
  const ownLock = readIfPresent(place.lock);
  const server = (await adoptServer(place)) ?? (await start(place, request, stop));
  try {
    await untilUnused(place, request, { server, stop, ownLock });
  } finally {
    await endServer(server);
    endOrphanedSandboxes();
    if (!isAnothers(place, ownLock)) {
      removeSocket(closedDoor(place));
      removeTraces(place, server);
      if (readIfPresent(place.lock) !== ownLock) removeIfPresent(place.lock);
    }
  }
  if (!stands(request) && !isAnothers(place, ownLock)) clearFolder(place);
}

/**
 * After our folder was taken away another keeper can be at work in a new one: what has these names is
 * then its own. A lock that names nobody is what became of ours.
 */
function isAnothers(place: ServerPlace, ownLock: string | undefined): boolean {
  const lock = readIfPresent(place.lock);
  return lock !== undefined && lock !== ownLock && namesHolder(place.lock);
}

async function start(place: ServerPlace, request: KeeperRequest, stop: AbortSignal): Promise<KeptServer> {
  try {
    const server = await startServer(place, request, stop);
    removeIfPresent(place.failure);
    return server;
  } catch (error) {
    tellFailure(place, error);
    throw error;
  }
}

/** Where even that cannot be written, who waits has its own time limit. */
function tellFailure(place: ServerPlace, error: unknown): void {
  const detail =
    error instanceof CodexFault ? error.failure : { kind: "unexpected", detail: errorText(error) };
  try {
    replaceFile(place.failure, JSON.stringify({ at: new Date().toISOString(), ...detail }));
  } catch (unwritten) {
    console.error(`keeper: ${errorText(unwritten)}`);
  }
}

type Watch = {
  readonly server: KeptServer;
  readonly stop: AbortSignal;
  readonly ownLock: string | undefined;
};

/**
 * Returns when the server is gone, is to be ended, or when our directory was taken away. What
 * cannot be looked at for the moment ends nothing: the server may be in use.
 */
async function untilUnused(place: ServerPlace, request: KeeperRequest, watch: Watch): Promise<void> {
  const { server, stop, ownLock } = watch;
  const over = AbortSignal.any([stop, server.gone]);
  const endOrphans = orphanWatch(place, process.argv[1] ?? "");
  const answers = watchPulse(server.socket, CALM, over);
  let use = noUseYet(performance.now());
  let trouble = "";
  do {
    const now = performance.now();
    try {
      if (!runsHere(server.process) || readIfPresent(place.lock) !== ownLock) return;
      endOrphans();
      use = useAfter(use, look(place, request, { ...server, answers }), now);
      if (isOver(use, request.idleSeconds, now) && shutDoor(place)) return;
      restoreLink(place, server);
      cutLog(place.log);
    } catch (error) {
      if (now - use.used > request.idleSeconds * 1_000) throw error;
      if (errorText(error) !== trouble) console.error(`keeper: ${errorText(error)}`);
      trouble = errorText(error);
    }
  } while (await pause(over));
}

async function pause(over: AbortSignal): Promise<boolean> {
  await delay(POLL_MS, undefined, { signal: over }).catch(() => undefined);
  return !over.aborted;
}

type Watched = Pick<KeptServer, "socket"> & { readonly answers: () => boolean };

function look(place: ServerPlace, request: KeeperRequest, server: Watched): UseSeen {
  const marks = statSync(place.clients, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  // A socket whose file somebody removed cannot be connected to, and nobody can put it back.
  const reachable = lstatSync(server.socket, { throwIfNoEntry: false }) !== undefined;
  return {
    marks,
    clients: hasClients(place.clients),
    leased: isClaimed(request.leasesDirectory),
    wanted: reachable && server.answers() && stands(request),
  };
}

/** Returns whether all that the server was started from is still as it was then. */
function stands(request: KeeperRequest): boolean {
  return groundOf(request) === request.ground;
}
