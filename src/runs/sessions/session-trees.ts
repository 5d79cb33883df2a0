import type { SeenState, Session, TreeState } from "./session.ts";

/** States of a tree that tell whose edits lie between them. */
const SEEN_KEPT = 50;

/**
 * Returns the session with the work tree of that root in view: its baseline, review and the rest
 * stand at the top, those of the tree that was in view before stand elsewhere. Nothing is lost, so
 * the view may change as often as the session moves.
 */
export function inView(session: Session, root: string): Session {
  const { baseline, review, seen, omitted, unsigned, ledger, watchedSince, elsewhere, ...rest } = session;
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

function treeInView(session: Session): TreeState | undefined {
  const { baseline, review, seen, omitted, unsigned, ledger, watchedSince } = session;
  if (baseline === undefined) return undefined;
  return {
    baseline,
    seen,
    omitted,
    ledger,
    ...(review === undefined ? {} : { review }),
    ...(unsigned === undefined ? {} : { unsigned }),
    ...(watchedSince === undefined ? {} : { watchedSince }),
  };
}

/** Returns the session with one more state that was seen of a tree which it knows; of others it keeps none. */
export function withSeen(session: Session, root: string, state: SeenState): Session {
  const add = <Tree extends Pick<TreeState, "seen">>(tree: Tree): Tree => ({
    ...tree,
    seen: [...tree.seen, state].slice(-SEEN_KEPT),
  });
  if (session.baseline?.root === root) return add(session);
  const elsewhere = session.elsewhere.map((tree) => (tree.baseline.root === root ? add(tree) : tree));
  return { ...session, elsewhere };
}
