import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createConnection } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "#base/fault.ts";
import { readIfPresent, removeIfPresent, replaceFile } from "#base/files.ts";
import { JsonFault, parseJson } from "#base/json.ts";
import { withLock } from "#base/lock.ts";
import { identifyProcess, isAlive } from "#base/process-identity.ts";
import { CodexFault } from "./fault.ts";
import { type KeeperRequest, type ServerPlace, ServerRecord } from "./server-place.ts";
import { realSocket, secureSocketFolder } from "./socket-path.ts";

/** A server that its keeper answers for. `gone` fires when a child of the keeper exits. */
export type KeptServer = ServerRecord & { readonly gone: AbortSignal };

const START_LIMIT_MS = 20_000;
const START_LOCK_LIMIT_MS = 20_000;
const POLL_MS = 10;
/** Another program of the user can hold Codex's SQLite files while they are made. */
const START_ATTEMPTS = 3;
const BETWEEN_ATTEMPTS_MS = 300;
/** The first SIGTERM drains running turns without limit, the second ends them in about 30 ms. */
const ENDING: readonly (readonly [NodeJS.Signals, number])[] = [
  ["SIGTERM", 2_000],
  ["SIGTERM", 1_000],
  ["SIGKILL", 2_000],
];

/**
 * Returns the server that a dead keeper left, or `undefined` where none of ours runs. One that
 * runs but cannot be reached is ended.
 */
export async function adoptServer(place: ServerPlace): Promise<KeptServer | undefined> {
  const record = readRecord(place);
  if (record === undefined || !isAlive(record.process)) return undefined;
  const socket = realSocket(place.socket) ?? record.socket;
  const server = { process: record.process, socket };
  if (await accepts(socket)) return { ...server, gone: new AbortController().signal };
  await endServer(server);
  removeTraces(place, server);
  return undefined;
}

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
  secureSocketFolder(place.socket);
  const limit = AbortSignal.any([stop, AbortSignal.timeout(START_LOCK_LIMIT_MS)]);
  return await withLock(request.startLock, () => attempt(place, request, stop), limit);
}

/** Ends exactly that process, gently first. A pid that has passed to another process is left alone. */
export async function endServer(server: ServerRecord): Promise<void> {
  for (const [signal, patience] of ENDING) {
    if (!isAlive(server.process)) return;
    sendSignal(server.process.pid, signal);
    await until(() => !isAlive(server.process), patience);
  }
}

/** Removes what a server leaves behind: the link, the socket, its lock file and the record. */
export function removeTraces(place: ServerPlace, server: ServerRecord): void {
  removeIfPresent(place.socket);
  if (server.socket !== place.socket) {
    removeIfPresent(server.socket);
    removeIfPresent(`${server.socket}.lock`);
  }
  removeIfPresent(place.record);
}

async function attempt(place: ServerPlace, request: KeeperRequest, stop: AbortSignal): Promise<KeptServer> {
  await clearStale(place);
  for (let left = START_ATTEMPTS - 1; ; left -= 1) {
    const before = readIfPresent(place.log)?.length ?? 0;
    const server = await serve(place, request, stop);
    if (server !== undefined) return server;
    const said = readIfPresent(place.log)?.slice(before) ?? "";
    if (left === 0 || !/database is locked|database table is locked/i.test(said)) {
      throw new CodexFault({ kind: "server-start-failed", detail: said.trim().slice(-2_000) });
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
  const record = readRecord(place);
  if (record === undefined) removeIfPresent(place.socket);
  else removeTraces(place, record);
}

async function serve(
  place: ServerPlace,
  request: KeeperRequest,
  stop: AbortSignal,
): Promise<KeptServer | undefined> {
  const { child, gone } = launch(place, request);
  const process = child.pid === undefined ? undefined : identifyProcess(child.pid);
  if (process === undefined) return undefined;
  const record = { process, socket: place.socket };
  replaceFile(place.record, JSON.stringify(record));
  const over = AbortSignal.any([stop, gone]);
  const socket = await untilListening(place, over);
  if (socket === undefined) {
    await endServer(record);
    removeTraces(place, record);
    return undefined;
  }
  const server = { process, socket };
  replaceFile(place.record, JSON.stringify(server));
  return { ...server, gone };
}

/** The child gets a session of its own, so that no signal to the keeper's group reaches it. */
function launch(place: ServerPlace, request: KeeperRequest): { child: ChildProcess; gone: AbortSignal } {
  const command = [...dyingWithParent(), request.codex, "app-server", "--listen", `unix://${place.socket}`];
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: place.directory,
    env: environmentOf(request),
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const gone = new AbortController();
  child.once("error", (error) => {
    console.error(`${request.codex} does not start: ${error.message}`);
    gone.abort();
  });
  child.once("exit", () => gone.abort());
  return { child, gone: gone.signal };
}

/** On Linux the kernel then ends the server when its keeper is killed (setpriv(1), prctl(2)). */
function dyingWithParent(): readonly string[] {
  const prefix = ["setpriv", "--pdeathsig", "KILL"] as const;
  const probe = spawnSync(prefix[0], [...prefix.slice(1), "true"], { stdio: "ignore" });
  return probe.status === 0 ? prefix : [];
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

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}

function readRecord(place: ServerPlace): ServerRecord | undefined {
  const text = readIfPresent(place.record);
  if (text === undefined) return undefined;
  try {
    return parseJson(text, ServerRecord);
  } catch (error) {
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

async function until(reached: () => boolean, patienceMs: number): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!reached() && performance.now() < end) await delay(POLL_MS);
}
