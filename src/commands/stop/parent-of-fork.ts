import { forkedFrom } from "#claude/forked-from.ts";
import type { Locations } from "#runs/locations.ts";
import type { Session } from "#runs/session.ts";
import { listSessions } from "#runs/session-file.ts";

/**
 * Returns the session that this one was forked from, as far as it is on record here. Only a fork
 * that has come to no stop yet has one to look for: the host names it nowhere, and when the session
 * starts there is no transcript yet that could tell.
 */
export async function parentOfFork(
  locations: Locations,
  session: Session,
  signal: AbortSignal,
): Promise<Session | undefined> {
  const { source, transcript, receipts } = session;
  if (source !== "fork" || transcript === undefined || receipts.count > 0) return undefined;
  const others = listSessions(locations)
    .flatMap(({ read }) => (read.kind === "session" ? [read.session] : []))
    .filter((one) => one.session_id !== session.session_id && one.baseline !== undefined)
    .sort((a, b) => a.started.localeCompare(b.started));
  const paths = others.flatMap((one) => one.transcript ?? []);
  const parent = await forkedFrom(transcript, paths, signal);
  return others.find((one) => one.transcript === parent);
}

/**
 * Returns the fork with what its parent still owed: every baseline, what was found and decided
 * since, and what was left unsigned. Otherwise to fork a session would sign its work. The parent's
 * thread stays the parent's, so the fork's first review shows the change whole.
 */
export function withDebtOf(parent: Session, fork: Session): Session {
  const { baseline, baselineMissing, review, unsigned, watchedSince, ...own } = fork;
  const { seen, omitted, ledger, elsewhere, decided } = parent;
  return {
    ...own,
    seen,
    omitted,
    ledger,
    elsewhere,
    decided,
    ...(parent.baseline === undefined ? {} : { baseline: parent.baseline }),
    ...(parent.watchedSince === undefined ? {} : { watchedSince: parent.watchedSince }),
    ...(parent.review === undefined ? {} : { review: { ...parent.review, threadId: null } }),
    ...(parent.unsigned === undefined ? {} : { unsigned: parent.unsigned }),
  };
}
