import { endServer, removeTraces, runsHere } from "./end-server.ts";
import type { ServerPlace } from "./server-place.ts";
import { type KeptServer, readRecord } from "./server-record.ts";
import { accepts, realSocket } from "./socket-path.ts";

/**
 * Returns the server that a dead keeper left, or `undefined` where none of ours runs. One that
 * runs but cannot be reached is ended.
 */
export async function adoptServer(place: ServerPlace): Promise<KeptServer | undefined> {
  const record = readRecord(place);
  if (record === undefined || !runsHere(record.process)) return undefined;
  const socket = realSocket(place.socket) ?? record.socket;
  const server = { process: record.process, socket };
  if (await accepts(socket)) return { ...server, gone: new AbortController().signal };
  await endServer(server);
  removeTraces(place, server);
  return undefined;
}
