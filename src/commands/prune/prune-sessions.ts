import type { Locations } from "#runs/locations.ts";
import type { PruneOptions, Removed } from "#runs/prune/prune-records.ts";
import { epitaphOf, type LeftAlone, pruneSession, whyKept } from "#runs/prune/prune-session.ts";
import { notePruned, type PrunedSession } from "#runs/prune/pruned.ts";
import { type GoingSession, goingSessions } from "#runs/prune/retention.ts";
import type { StoredSession } from "#runs/prune/stored-sessions.ts";

type PrunedSessions = {
  readonly removed: { readonly sessions: Removed; readonly receipts: Removed };
  readonly gone: readonly PrunedSession[];
  readonly kept: readonly LeftAlone[];
};

/** Removes sessions with all their receipts. What goes is on record before it does: a chain is never gone without a word. */
export async function pruneSessions(
  locations: Locations,
  stored: readonly StoredSession[],
  { retention, now, dryRun }: PruneOptions,
  signal: AbortSignal,
): Promise<PrunedSessions> {
  const kept: LeftAlone[] = [];
  const known = new Map<string, StoredSession>(stored.map((session) => [session.id, session]));
  const going = goingSessions(stored, retention, now.getTime()).flatMap((one: GoingSession) => {
    const session = known.get(one.id);
    if (session === undefined) return [];
    const why = whyKept(locations, session);
    if (why !== undefined) kept.push(why);
    return why === undefined ? [{ session, epitaph: epitaphOf(session, one.why) }] : [];
  });
  if (!dryRun && going.length > 0)
    notePruned(
      locations,
      now,
      going.map(({ epitaph }) => epitaph),
    );
  const gone: typeof going = [];
  for (const one of going) {
    const left = dryRun ? [] : await pruneSession(locations, one.session, signal);
    if ("why" in left) kept.push(left);
    else gone.push(one);
  }
  const receipts = gone.reduce((sum, { session }) => sum + session.receipts.length, 0);
  const bytes = gone.reduce((sum, { session }) => sum + session.bytes, 0);
  return {
    removed: { sessions: { count: gone.length, bytes }, receipts: { count: receipts, bytes: 0 } },
    gone: gone.map(({ epitaph }) => epitaph),
    kept,
  };
}
