import { setTimeout as delay } from "node:timers/promises";
import { errorText } from "#base/fault.ts";
import { makePrivateDirectory } from "#base/files.ts";
import { withLock } from "#base/lock.ts";
import { oneLine } from "#base/text.ts";
import { CodexFault } from "#codex/fault.ts";
import { supportsSharedSocket } from "#codex/installation.ts";
import { BETWEEN_ATTEMPTS_MS, isStoreLocked, START_ATTEMPTS } from "#codex/locked-store.ts";
import { startLock } from "#codex/server/server-place.ts";
import { serverArguments } from "#codex/server-arguments.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import type { AppServer } from "./app-server.ts";
import { connect } from "./connection.ts";
import { startPrivateServer } from "./private-server.ts";
import { openShared } from "./shared-server.ts";

/** A cold start takes 50 to 180 ms; a loaded machine gets a hundred times that. */
const PRIVATE_START_MS = 15_000;
/** The start lock avoids a rare failure; it is not worth more waiting than this. */
const START_LOCK_MS = 3_000;

/**
 * Returns a connection to the shared server of these options, started where none runs. Where that
 * cannot be had (an old Codex, Windows, a socket that is not ours, a server that does not come up)
 * it is a private one, and `notShared` says why.
 *
 * @throws CodexFault `server-start-failed`, or `signal`'s reason.
 */
export async function openAppServer(options: ServerOptions, signal: AbortSignal): Promise<AppServer> {
  signal.throwIfAborted();
  makePrivateDirectory(options.serversDirectory);
  if (!options.shared) return await openPrivate(options, signal);
  const { version } = options.installation;
  if (!supportsSharedSocket(version, options.platform)) {
    const notShared = `Codex ${version} cannot share a server on this system`;
    return { ...(await openPrivate(options, signal)), notShared };
  }
  try {
    return await openShared(options, signal);
  } catch (error) {
    signal.throwIfAborted();
    return { ...(await openPrivate(options, signal)), notShared: oneLine(reasonText(error)) };
  }
}

async function openPrivate(options: ServerOptions, signal: AbortSignal): Promise<AppServer> {
  const lock = startLock(options.serversDirectory, options.codexHome);
  const patience = AbortSignal.any([signal, AbortSignal.timeout(START_LOCK_MS)]);
  const started: { server?: AppServer } = {};
  try {
    return await withLock(
      lock,
      async () => (started.server = await startAndConnect(options, signal)),
      patience,
    );
  } catch (error) {
    if (started.server !== undefined) return started.server;
    signal.throwIfAborted();
    // What is wrong with the lock, held for long or not writable on a full disk, is not worth the review.
    if (error instanceof CodexFault) throw error;
    return await startAndConnect(options, signal);
  }
}

async function startAndConnect(options: ServerOptions, signal: AbortSignal): Promise<AppServer> {
  for (let left = START_ATTEMPTS - 1; ; left -= 1) {
    try {
      return await attempt(options, signal);
    } catch (error) {
      if (left === 0 || !isStoreLocked(reasonText(error))) throw error;
    }
    await delay(BETWEEN_ATTEMPTS_MS);
    signal.throwIfAborted();
  }
}

async function attempt(options: ServerOptions, signal: AbortSignal): Promise<AppServer> {
  const wire = startPrivateServer({
    path: options.installation.path,
    arguments: serverArguments(options.installation, options.codexHome),
    environment: options.environment,
    directory: options.serversDirectory,
    platform: options.platform ?? process.platform,
  });
  const timeLimit = AbortSignal.timeout(PRIVATE_START_MS);
  try {
    return await connect(wire, options.clientVersion, AbortSignal.any([signal, timeLimit]));
  } catch (error) {
    signal.throwIfAborted();
    const detail = timeLimit.aborted
      ? `no answer from a private server within ${PRIVATE_START_MS / 1_000} s`
      : reasonText(error);
    throw new CodexFault({ kind: "server-start-failed", detail }, { cause: error });
  }
}

function reasonText(error: unknown): string {
  if (error instanceof CodexFault && "detail" in error.failure) return error.failure.detail;
  return errorText(error);
}
