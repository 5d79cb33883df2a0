import type { Locations } from "#runs/locations.ts";
import type { Session } from "./session.ts";
import { listSessions } from "./session-file.ts";

/** A session of which no host process is known is taken to live for this long after its start. */
const UNKNOWN_HOST_MS = 24 * 60 * 60 * 1000;

/**
 * Returns the sessions that can still come to a stop: those whose claim is `held` by a process
 * that runs (their ids), and for a day those that never could make one. `now` is epoch
 * milliseconds.
 */
export function liveSessions(
  locations: Locations,
  held: ReadonlySet<string>,
  now: number,
): readonly Session[] {
  // A file is as young as its session's start, at the least.
  return listSessions(locations, (id, changedAt) => held.has(id) || now - changedAt < UNKNOWN_HOST_MS)
    .flatMap(({ read }) => (read.kind === "session" ? [read.session] : []))
    .filter((session) => held.has(session.session_id) || mayLive(session, now));
}

function mayLive(session: Session, now: number): boolean {
  return !session.leased && now - Date.parse(session.started) < UNKNOWN_HOST_MS;
}
