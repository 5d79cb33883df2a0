import { liveLeases } from "#codex/server/lease.ts";
import type { Locations } from "#runs/locations.ts";
import { liveSessions } from "#runs/sessions/live-sessions.ts";
import type { Session } from "#runs/sessions/session.ts";

/** Returns the sessions that can still come to a stop, as their leases tell. */
export function sessionsAtWork(locations: Locations, now: Date): readonly Session[] {
  const held = new Set(liveLeases(locations.leases).map(({ sessionId }) => sessionId));
  return liveSessions(locations, held, now.getTime());
}
