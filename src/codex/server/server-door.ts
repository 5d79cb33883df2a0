import { lstatSync, renameSync, symlinkSync } from "node:fs";
import { errorCode } from "#base/fault.ts";
import { hasClients } from "./client-mark.ts";
import type { ServerPlace } from "./server-place.ts";
import type { ServerRecord } from "./server-record.ts";

/**
 * Takes the socket's name away, then looks for clients once more, and returns whether the server
 * may be ended. A client marks itself before it connects: so it was either counted here, and the
 * door opens again, or it finds no server and starts a new one.
 */
export function shutDoor(place: ServerPlace): boolean {
  try {
    renameSync(place.socket, closedDoor(place));
  } catch (error) {
    // Where nothing can be written any more, no new client can mark itself either.
    if (!["ENOENT", "EROFS", "EACCES", "EPERM"].includes(errorCode(error) ?? "")) throw error;
    return !hasClients(place.clients);
  }
  if (!hasClients(place.clients)) return true;
  renameSync(closedDoor(place), place.socket);
  return false;
}

/** Returns the name that the socket has while the door is shut. */
export function closedDoor(place: ServerPlace): string {
  return `${place.socket}.closing`;
}

/**
 * Puts a lost link back. Without it a living server can be reached by nobody, and no other can
 * start in its place.
 */
export function restoreLink(place: ServerPlace, server: ServerRecord): void {
  if (server.socket === place.socket) return;
  if (lstatSync(place.socket, { throwIfNoEntry: false }) === undefined)
    symlinkSync(server.socket, place.socket);
}
