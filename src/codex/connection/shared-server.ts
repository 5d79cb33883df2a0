import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { WebSocket } from "ws";
import { readIfPresent } from "#base/files.ts";
import { CodexFault } from "#codex/fault.ts";
import { markClient } from "#codex/server/client-mark.ts";
import { placeOf, requestKeeper } from "#codex/server/prewarm-app-server.ts";
import type { ServerPlace } from "#codex/server/server-place.ts";
import { realSocket } from "#codex/server/socket-path.ts";
import { strangeServer } from "#codex/server/strange-server.ts";
import type { ServerOptions } from "#codex/server-options.ts";
import type { AppServer } from "./app-server.ts";
import { connect } from "./connection.ts";
import { dial } from "./dial.ts";
import { webSocketTransport } from "./transport.ts";

/** From a cold start to the first answer, on a machine under load. Then the private server is quicker. */
const START_BUDGET_MS = 6_000;
/** For what a living server does in a millisecond; one that was held up for two seconds still lives. */
const CONNECT_MS = 5_000;
const BETWEEN_STARTS_MS = 1_500;
const POLL_MS = 10;

/**
 * Connects to the shared server, which is started where none answers.
 *
 * @throws CodexFault `server-start-failed` where none comes within 6 s, one accepts and stays
 * silent, or one is not ours; what `connect` throws, or `signal`'s reason.
 */
export async function openShared(options: ServerOptions, signal: AbortSignal): Promise<AppServer> {
  const place = placeOf(options);
  const mark = markClient(place.clients, options.keepsThreads);
  try {
    const socket = await reach(place, options, signal);
    // Where the kernel does not end a server with its keeper, a new keeper adopts it.
    requestKeeper(place, options);
    const wire = {
      kind: "shared",
      transport: webSocketTransport(socket),
      obituary: () => "the shared server closed the connection",
      hold: mark.hold,
      release: () => Promise.resolve(mark.remove()),
    } as const;
    return await within(signal, (limit) => connect(wire, options.clientVersion, limit));
  } catch (error) {
    mark.remove();
    throw error;
  }
}

async function reach(place: ServerPlace, options: ServerOptions, signal: AbortSignal): Promise<WebSocket> {
  const failedBefore = readIfPresent(place.failure);
  const end = performance.now() + START_BUDGET_MS;
  let nextStart = 0;
  while (performance.now() < end) {
    const path = realSocket(place.socket);
    const socket = path === undefined ? undefined : await within(signal, (limit) => dial(path, limit));
    if (path !== undefined && socket !== undefined) {
      const strange = strangeServer(place, path, options);
      if (strange === undefined) return socket;
      socket.terminate();
      throw startFailed(strange);
    }
    const failure = readIfPresent(place.failure);
    if (failure !== undefined && failure !== failedBefore) throw startFailed(failure);
    if (performance.now() >= nextStart && requestKeeper(place, options)) {
      nextStart = performance.now() + BETWEEN_STARTS_MS;
    }
    // Given the signal, `delay` would throw an error of its own instead of the signal's reason.
    await delay(POLL_MS);
    signal.throwIfAborted();
  }
  throw startFailed(`no shared server answers within ${START_BUDGET_MS / 1_000} s, see ${place.log}`);
}

/** Runs one step of the connecting with its own short limit on top of the caller's. */
async function within<T>(signal: AbortSignal, step: (limit: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  // What came while this process had no turn itself is read first: then nobody was silent.
  const timer = setTimeout(() => setImmediate(() => over.abort()), CONNECT_MS);
  try {
    return await step(AbortSignal.any([signal, over.signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (over.signal.aborted)
      throw startFailed(`a server accepted and was silent for ${CONNECT_MS / 1_000} s`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function startFailed(detail: string): CodexFault {
  return new CodexFault({ kind: "server-start-failed", detail });
}
