import type { Session, TreeState } from "./session.ts";

/**
 * Returns the session with the work tree of that root in view: its baseline, review and the rest
 * stand at the top, those of the tree that was in view before stand elsewhere. Nothing is lost, so
 * the view may change as often as the session moves.
 */
export function inView(session: Session, root: string): Session {
  const { baseline, review, seen, omitted, unsigned, ledger, elsewhere, ...rest } = session;
  if (baseline?.root === root) return session;
  const wanted = elsewhere.find((tree) => tree.baseline.root === root);
  const before = treeInView(session);
  return {
    ...rest,
    ...(wanted ?? { seen: [], omitted: [], ledger: [] }),
    elsewhere: [...elsewhere.filter((tree) => tree !== wanted), ...(before === undefined ? [] : [before])],
  };
}

/** Returns every work tree that the session knows, the one in view first. */
export function treesOf(session: Session): readonly TreeState[] {
  const viewed = treeInView(session);
  return viewed === undefined ? session.elsewhere : [viewed, ...session.elsewhere];
}

function treeInView({ baseline, review, seen, omitted, unsigned, ledger }: Session): TreeState | undefined {
  if (baseline === undefined) return undefined;
  return {
    baseline,
    seen,
    omitted,
    ledger,
    ...(review === undefined ? {} : { review }),
    ...(unsigned === undefined ? {} : { unsigned }),
  };
}
