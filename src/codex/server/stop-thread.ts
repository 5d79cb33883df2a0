import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod/mini";
import { errorText } from "#base/fault.ts";
import { oneLine } from "#base/text.ts";
import type { AppServer } from "#codex/connection/app-server.ts";
import { bringToRest } from "./bring-to-rest.ts";
import { markClient } from "./client-mark.ts";
import { openPlace } from "./open-place.ts";
import { serverPlace } from "./server-place.ts";
import { realSocket } from "./socket-path.ts";
import { serverFolders } from "./unused-servers.ts";

/**
 * What became of a thread on the servers that run. `stopped`: a turn ran, and was interrupted.
 * `not-running`: none did any more. `unknown`: a server could not be asked, `detail` says why.
 */
export type ThreadStop = { readonly kind: "stopped" | "not-running" | "unknown"; readonly detail: string };

const Loaded = z.looseObject({ data: z.array(z.string()) });
const Read = z.looseObject({
  thread: z.looseObject({ status: z.nullish(z.looseObject({ type: z.string() })) }),
});

/** What a server that lives does in milliseconds; on a machine under load it has its time. */
const SERVER_MS = 10_000;
const BETWEEN_LOOKS_MS = 50;

/**
 * Stops what a thread does, for whoever asked when the process that runs it cannot: its turn is
 * interrupted and the commands that this left running are killed, on whichever of the servers has the
 * thread loaded. The thread stays where it is in the user's list.
 *
 * @throws `signal`'s reason.
 */
export async function stopThread(
  { serversDirectory, clientVersion }: { readonly serversDirectory: string; readonly clientVersion: string },
  threadId: string,
  signal: AbortSignal,
): Promise<ThreadStop> {
  const troubles: string[] = [];
  for (const directory of serverFolders(serversDirectory)) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(SERVER_MS)]);
      if (await stopAt(directory, { threadId, clientVersion }, limit)) {
        return { kind: "stopped", detail: `its turn was interrupted on the server in ${directory}` };
      }
    } catch (error) {
      signal.throwIfAborted();
      troubles.push(`${directory}: ${oneLine(errorText(error))}`);
    }
  }
  if (troubles.length > 0)
    return { kind: "unknown", detail: `not every server answers: ${troubles.join("; ")}` };
  return { kind: "not-running", detail: "no server runs a turn of it" };
}

type Asked = { readonly threadId: string; readonly clientVersion: string };

/** The mark keeps the server's keeper from ending it meanwhile. */
async function stopAt(directory: string, asked: Asked, signal: AbortSignal): Promise<boolean> {
  const place = serverPlace(directory);
  if (realSocket(place.socket) === undefined) return false;
  const mark = markClient(place.clients);
  try {
    const server = await openPlace(place, asked.clientVersion, signal);
    if (server === undefined) return false;
    try {
      return await stopOn(server, asked.threadId, signal);
    } finally {
      await server.close();
    }
  } finally {
    mark.remove();
  }
}

/** Whether a turn was stopped. Only the server's own word that none runs any more counts. */
async function stopOn(server: AppServer, threadId: string, signal: AbortSignal): Promise<boolean> {
  const wasAtWork = await isAtWork(server, threadId, signal);
  if (wasAtWork === undefined) return false;
  await bringToRest(server, threadId, { archive: false }, signal);
  while (await isAtWork(server, threadId, signal)) {
    await delay(BETWEEN_LOOKS_MS);
    signal.throwIfAborted();
  }
  return wasAtWork;
}

/** Whether a turn runs on the thread; `undefined` where this server does not have it loaded. */
async function isAtWork(
  server: AppServer,
  threadId: string,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  const { data } = await server.request("thread/loaded/list", {}, Loaded, signal);
  if (!data.includes(threadId)) return undefined;
  const { thread } = await server.request("thread/read", { threadId, includeTurns: false }, Read, signal);
  return thread.status?.type === "active";
}
