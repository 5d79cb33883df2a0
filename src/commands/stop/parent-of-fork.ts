import { forkedFrom } from "#claude/transcript/forked-from.ts";
import type { Locations } from "#runs/locations.ts";
import type { Session, TreeState } from "#runs/sessions/session.ts";
import { listSessions } from "#runs/sessions/session-file.ts";
import { inView, treesOf } from "#runs/sessions/session-trees.ts";

/**
 * Returns the session that this one was forked from, as far as it is on record here, with what that
 * one owed itself to its own. Only a fork that has come to no stop yet has one to look for: the host
 * names it nowhere, and when the session starts there is no transcript yet that could tell.
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
    .filter((one) => mayBeParent(one, session))
    .toSorted((a, b) => a.started.localeCompare(b.started));
  const paths = others.flatMap((one) => one.transcript ?? []);
  const path = await forkedFrom(transcript, paths, signal);
  const parent = others.find((one) => one.transcript === path);
  if (parent === undefined) return undefined;
  const above = await parentOfFork(locations, parent, signal);
  return above === undefined ? parent : withDebtOf(above, parent);
}

/** Who began later is no parent, and who works in other repositories owes nothing here: their transcripts are long. */
function mayBeParent(one: Session, fork: Session): boolean {
  if (one.session_id === fork.session_id || one.baseline === undefined) return false;
  if (one.started >= fork.started) return false;
  const { baseline } = fork;
  return baseline === undefined || treesOf(one).some((tree) => tree.baseline.store === baseline.store);
}

/**
 * Returns the fork with what its parent still owed when it began: every baseline, what was found and
 * decided since, and what was left unsigned. Otherwise to fork a session would sign its work. A
 * baseline that the parent moved later says nothing of the fork: it may lie beyond the fork's own
 * work. The parent's thread stays the parent's, so the fork's first review shows the change whole.
 */
export function withDebtOf(parent: Session, fork: Session): Session {
  const owed = treesOf(parent).filter(({ baseline }) => baseline.takenAt <= fork.started);
  const [first] = owed;
  if (first === undefined) return fork;
  const own = treesOf(fork).filter(({ baseline: { root } }) =>
    owed.every((tree) => tree.baseline.root !== root),
  );
  const { baseline, baselineMissing, review, seen, omitted, unsigned, ledger, watchedSince, ...rest } = fork;
  const trees = [...owed.map(withoutThread), ...own];
  const blank = { ...rest, seen: [], omitted: [], ledger: [], decided: parent.decided, elsewhere: trees };
  return inView(blank, first.baseline.root);
}

function withoutThread({ review, ...tree }: TreeState): TreeState {
  return review === undefined ? tree : { ...tree, review: { ...review, threadId: null } };
}
