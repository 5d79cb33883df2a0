import type { CommitLine, CommitOrder } from "#audit/plugins/plugin-facts.ts";
import type { ObjectId } from "#base/ids.ts";
import { commitOrder } from "#git/clone/commit-order.ts";
import { type CommitsBetween, commitsBetween } from "#git/clone/commits-between.ts";
import type { OpenClone } from "#git/clone/open-clone.ts";

/** How commits of one history lie to each other. What was asked once is not asked again. */
export type CommitOrders = {
  /** How the first lies to the second; null where that is not known. */
  readonly orderOf: (one: ObjectId, other: ObjectId) => Promise<CommitOrder | null>;
  /** Those of `to` that `from` has not and that change the folder, the newest first; null where not known. */
  readonly linesBetween: (
    from: ObjectId,
    to: ObjectId,
    path: string,
  ) => Promise<readonly CommitLine[] | null>;
};

/** Plugins of one marketplace were mostly installed from the same few commits. */
export function commitOrders(clone: OpenClone, signal: AbortSignal): CommitOrders {
  const asked = new Map<string, Promise<CommitsBetween>>();
  const between = (from: ObjectId, to: ObjectId, path: string): Promise<CommitsBetween> => {
    const key = `${from} ${to} ${path}`;
    const known = asked.get(key) ?? commitsBetween(clone, { from, to, path }, signal);
    asked.set(key, known);
    return known;
  };
  return {
    orderOf: (one, other) => commitOrder(clone, one, other, signal),
    linesBetween: async (from, to, path) => {
      const found = await between(from, to, path);
      return found.kind === "counted" ? found.commits : null;
    },
  };
}
