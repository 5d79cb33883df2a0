import { workTreeRoot } from "#git/work-tree-root.ts";
import type { Locations } from "#runs/locations.ts";
import { liveSessions } from "#runs/sessions/live-sessions.ts";
import type { Session, TreeState } from "#runs/sessions/session.ts";
import { listSessions } from "#runs/sessions/session-file.ts";
import { treesOf } from "#runs/sessions/session-trees.ts";
import type { OtherInTree } from "./attribution-input.ts";

export type OthersAsked = {
  readonly session: Pick<Session, "session_id" | "started">;
  readonly root: string;
  /** The ids of the sessions whose host still runs: `liveLeases`. */
  readonly held: ReadonlySet<string>;
  readonly now: Date;
};

/** A host that was killed can have worked for so long after its session's last stop. */
const UNHEARD_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Returns the other sessions on record that work, or worked, in the work tree. A record that cannot
 * be read is none: what such a session did is reviewed. So is what one did that was last heard of a week before
 * this one began: to ask thousands of old transcripts would take minutes.
 */
export function otherSessions(locations: Locations, asked: OthersAsked): readonly OtherInTree[] {
  const { session: own, root, held, now } = asked;
  const live = new Set(liveSessions(locations, held, now.getTime()).map(({ session_id }) => session_id));
  const since = Date.parse(own.started) - UNHEARD_MS;
  const mayCount = (id: string, changedAt: number): boolean => held.has(id) || changedAt >= since;
  return listSessions(locations, mayCount).flatMap(({ read }) => {
    if (read.kind !== "session" || read.session.session_id === own.session_id) return [];
    const { session } = read;
    const tree = treesOf(session).find(({ baseline }) => baseline.root === root);
    if (tree === undefined && !(session.baseline === undefined && workTreeRoot(session.cwd) === root))
      return [];
    const { session_id, transcript, started } = session;
    return [
      {
        session_id,
        transcript,
        seen: tree?.seen ?? session.seen,
        started: new Date(started),
        reviewedFrom: reviewedFrom(session, tree),
        live: live.has(session_id),
      },
    ];
  });
}

/** A session that had no baseline when it began is reviewed from its first stop on, which saw the tree. */
function reviewedFrom(session: Session, tree: TreeState | undefined): Date | undefined {
  const mode = session.mode?.gate ?? session.pinned.mode;
  if (mode === "off" || tree === undefined) return undefined;
  return new Date(tree.watchedSince ?? tree.baseline.takenAt);
}
