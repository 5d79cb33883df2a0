import { endServer, removeTraces, runsHere } from "./end-server.ts";
import { findServer } from "./find-server.ts";
import type { ServerPlace } from "./server-place.ts";
import { type KeptServer, readRecord, recordServer, type ServerRecord } from "./server-record.ts";
import { accepts, realSocket } from "./socket-path.ts";

/**
 * Returns the server that a dead keeper left, or `undefined` where none of ours runs. One that
 * runs but cannot be reached is ended.
 */
export async function adoptServer(place: ServerPlace): Promise<KeptServer | undefined> {
  const recorded = recordedServer(place);
  const left = recorded ?? unrecordedServer(place);
  if (left === undefined) return undefined;
  const socket = realSocket(place.socket) ?? left.socket;
  const server = { process: left.process, socket };
  if (!(await accepts(socket))) {
    await endServer(server);
    removeTraces(place, server);
    return undefined;
  }
  if (recorded === undefined) recordServer(place, server);
  return { ...server, gone: new AbortController().signal };
}

function recordedServer(place: ServerPlace): ServerRecord | undefined {
  const record = readRecord(place);
  return record !== undefined && runsHere(record.process) ? record : undefined;
}

function unrecordedServer(place: ServerPlace): ServerRecord | undefined {
  const process = findServer(place);
  return process === undefined ? undefined : { process, socket: place.socket };
}
