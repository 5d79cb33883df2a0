import { type ChildProcess, spawn } from "node:child_process";
import { statfsSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { readIfPresent, removeIfPresent } from "#base/files.ts";
import { LockFault, withLock } from "#base/lock.ts";
import { identifyProcess } from "#base/process-identity.ts";
import { CodexFault } from "#codex/fault.ts";
import { lastWords } from "#codex/last-words.ts";
import { BETWEEN_ATTEMPTS_MS, isStoreLocked, START_ATTEMPTS } from "#codex/locked-store.ts";
import { dyingWithParent } from "./dying-with-parent.ts";
import { endOrphanedSandboxes } from "./end-orphaned-sandboxes.ts";
import { endServer, removeTraces } from "./end-server.ts";
import { listenWords } from "./find-server.ts";
import type { KeeperRequest, ServerPlace } from "./server-place.ts";
import { type KeptServer, readRecord, recordServer, type ServerRecord } from "./server-record.ts";
import { accepts, realSocket, secureSocketFolder } from "./socket-path.ts";

const START_LIMIT_MS = 20_000;
const START_LOCK_LIMIT_MS = 10_000;
const POLL_MS = 10;

/**
 * Starts the server and returns it once its socket accepts.
 *
 * @throws CodexFault `server-start-failed` with what it said last; nothing of it then runs.
 */
export async function startServer(
  place: ServerPlace,
  request: KeeperRequest,
  stop: AbortSignal,
): Promise<KeptServer> {
  const limit = AbortSignal.any([stop, AbortSignal.timeout(START_LOCK_LIMIT_MS)]);
  const start = () => attempt(place, request, stop);
  try {
    return await withLock(request.startLock, start, limit);
  } catch (error) {
    if (stop.aborted || !(error instanceof LockFault) || error.failure.path !== request.startLock)
      throw error;
    // The lock avoids a rare failure, and its holder can be one that no longer runs but is not seen to be gone.
    return await start();
  }
}

async function attempt(place: ServerPlace, request: KeeperRequest, stop: AbortSignal): Promise<KeptServer> {
  await clearStale(place);
  for (let left = START_ATTEMPTS - 1; ; left -= 1) {
    const before = readIfPresent(place.log)?.length ?? 0;
    const server = await serve(place, request, stop);
    if (server !== undefined) return server;
    const said = readIfPresent(place.log)?.slice(before) ?? "";
    if (left === 0 || !isStoreLocked(said)) {
      throw new CodexFault({ kind: "server-start-failed", detail: lastWords(said.slice(-2_000)) });
    }
    await delay(BETWEEN_ATTEMPTS_MS);
  }
}

/**
 * A stale link of 0.156+ stops an older Codex from starting, and any other file stops both. A
 * server that lives there without a record was started by nobody we know: it serves, and stays.
 */
async function clearStale(place: ServerPlace): Promise<void> {
  const socket = realSocket(place.socket);
  if (socket !== undefined && (await accepts(socket))) {
    throw new CodexFault({ kind: "server-start-failed", detail: `another server listens at ${socket}` });
  }
  // Of a server that died with its keeper nobody else knows.
  endOrphanedSandboxes();
  const record = readRecord(place);
  if (record === undefined) removeIfPresent(place.socket);
  else removeTraces(place, record);
}

async function serve(
  place: ServerPlace,
  request: KeeperRequest,
  stop: AbortSignal,
): Promise<KeptServer | undefined> {
  secureSocketFolder(place.socket);
  const { child, gone } = launch(place, request);
  const process = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (process === undefined) return undefined;
  const record = { process, socket: place.socket };
  try {
    recordServer(place, record);
    const socket = await untilListening(place, AbortSignal.any([stop, gone]));
    if (socket !== undefined) {
      const server = { process, socket };
      recordServer(place, server);
      return { ...server, gone };
    }
  } catch (error) {
    await discard(place, record);
    throw error;
  }
  // A disk that is full swallows what the server says of it, and is less so once the record is gone.
  const isFull = statfsSync(place.directory).bavail === 0;
  await discard(place, record);
  if (!isFull) return undefined;
  const detail = `ENOSPC: no space is left for ${place.directory}`;
  throw new CodexFault({ kind: "server-start-failed", detail });
}

async function discard(place: ServerPlace, record: ServerRecord): Promise<void> {
  await endServer(record);
  removeTraces(place, record);
}

/** The child gets a session of its own, so that no signal to the keeper's group reaches it. */
function launch(place: ServerPlace, request: KeeperRequest): { child: ChildProcess; gone: AbortSignal } {
  const command = [...dyingWithParent(), request.codex, ...request.arguments, ...listenWords(place)];
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: place.directory,
    env: environmentOf(request),
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
    windowsHide: true,
  });
  const gone = new AbortController();
  child.once("error", (error) => {
    console.error(`${request.codex} does not start: ${error.message}`);
    gone.abort();
  });
  child.once("exit", () => gone.abort());
  return { child, gone: gone.signal };
}

/** The values come from this process, so that no secret is written to disk. */
function environmentOf(request: KeeperRequest): NodeJS.ProcessEnv {
  return Object.fromEntries(request.environmentNames.map((name) => [name, process.env[name]]));
}

async function untilListening(place: ServerPlace, over: AbortSignal): Promise<string | undefined> {
  const end = performance.now() + START_LIMIT_MS;
  while (!over.aborted && performance.now() < end) {
    const socket = realSocket(place.socket);
    if (socket !== undefined && (await accepts(socket))) return socket;
    await delay(POLL_MS);
  }
  return undefined;
}
