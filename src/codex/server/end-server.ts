import { lstatSync, rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { errorCode } from "#base/fault.ts";
import { removeIfPresent } from "#base/files.ts";
import { canonicalJson } from "#base/json.ts";
import { identifyProcess, type ProcessIdentity } from "#base/process-identity.ts";
import type { ServerPlace } from "./server-place.ts";
import type { ServerRecord } from "./server-record.ts";

const POLL_MS = 10;
/** The first SIGTERM drains running turns without limit, the second ends them in about 30 ms. */
const ENDING: readonly (readonly [NodeJS.Signals, number])[] = [
  ["SIGTERM", 2_000],
  ["SIGTERM", 1_000],
  ["SIGKILL", 2_000],
];

/** Ends exactly that server, see `endProcess`. */
export async function endServer(server: ServerRecord): Promise<void> {
  await endProcess(server.process);
}

/** Ends exactly that process, gently first. A pid that has passed to another process is left alone. */
export async function endProcess(process: ProcessIdentity): Promise<void> {
  for (const [signal, patience] of ENDING) {
    if (!runsHere(process)) return;
    sendSignal(process.pid, signal);
    await until(() => !runsHere(process), patience);
  }
}

/**
 * Returns whether exactly that process runs and may be signalled from here. Unlike `isAlive` it
 * says no for another pid namespace: there the same number names another process.
 */
export function runsHere(process: ProcessIdentity): boolean {
  return canonicalJson(identifyProcess(process.pid)) === canonicalJson(process);
}

/** Removes what a server leaves behind: the link, the socket, its lock file and the record. */
export function removeTraces(place: ServerPlace, server: ServerRecord): void {
  removeSocket(place.socket);
  if (server.socket !== place.socket) {
    removeIfPresent(server.socket);
    removeIfPresent(`${server.socket}.lock`);
  }
  removeIfPresent(place.record);
  if (dirname(place.socket) !== place.directory) removeIfEmpty(dirname(place.socket));
}

/** A folder that somebody put in a socket's place is not ours to remove, and must not keep the rest here. */
export function removeSocket(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) removeIfPresent(path);
}

/** Removes what else lies in the folder of a server that nobody will ask for again. */
export function clearFolder(place: ServerPlace): void {
  removeIfEmpty(place.clients);
  for (const path of [place.request, place.failure, place.log]) removeIfPresent(path);
}

/** Removes a folder with nothing in it. The one in /tmp is shared by all servers with a long path. */
export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(errorCode(error) ?? "")) throw error;
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
