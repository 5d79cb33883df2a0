import type { Locations } from "#runs/locations.ts";
import type { Session, TreeState, Unsigned } from "./session.ts";
import { listSessions } from "./session-file.ts";
import { treesOf } from "./session-trees.ts";

/** Work in one tree that a session left without a signature. */
export type UnsignedWork = {
  readonly session: Session;
  readonly tree: TreeState & { readonly unsigned: Unsigned };
};

/**
 * Returns what sessions left unsigned in the work tree of that root, the oldest first; those only that
 * were heard of since, where that is asked for (epoch milliseconds).
 */
export function unsignedWork(locations: Locations, root: string, since = 0): readonly UnsignedWork[] {
  return listSessions(locations, (_id, changedAt) => changedAt >= since)
    .flatMap(({ read }) => (read.kind === "session" ? [read.session] : []))
    .flatMap((session) =>
      treesOf(session).flatMap(({ unsigned, ...tree }) =>
        unsigned === undefined || tree.baseline.root !== root
          ? []
          : [{ session, tree: { ...tree, unsigned } }],
      ),
    )
    .toSorted((a, b) => (a.tree.unsigned.at < b.tree.unsigned.at ? -1 : 1));
}
