import { isAlive } from "#base/process-identity.ts";
import type { Locations } from "./locations.ts";
import type { Session } from "./session.ts";
import { listSessions } from "./session-file.ts";

/** A session of which no host process is known is taken to live for this long after its start. */
const UNKNOWN_HOST_MS = 24 * 60 * 60 * 1000;

/**
 * Returns the sessions that can still come to a stop: not ended, and their host's process runs.
 * `now` is epoch milliseconds.
 */
export function liveSessions(locations: Locations, now: number): readonly Session[] {
  return listSessions(locations)
    .flatMap(({ read }) => (read.kind === "session" ? [read.session] : []))
    .filter((session) => session.ended === undefined && mayLive(session, now));
}

function mayLive(session: Session, now: number): boolean {
  if (session.host !== undefined) return isAlive(session.host);
  return now - Date.parse(session.started) < UNKNOWN_HOST_MS;
}
