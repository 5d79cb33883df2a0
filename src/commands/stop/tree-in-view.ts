import { existsSync } from "node:fs";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { inView } from "#runs/sessions/session-trees.ts";
import { mayBeFollowed } from "./other-trees.ts";
import type { StopCase } from "./stop-case.ts";

/**
 * Returns the stop about a work tree that is there. A worktree can be removed while its session goes
 * on in another: then it is about the tree in which the agent's shell stands, else one that it was
 * followed into.
 */
export function withTreeInView(stop: StopCase): StopCase {
  const { session, input } = stop;
  if (session.baseline === undefined || existsSync(session.baseline.root)) return stop;
  const known = session.elsewhere.map(({ baseline }) => baseline.root).filter((root) => existsSync(root));
  const here = workTreeRoot(input.cwd);
  const entered = here !== undefined && (known.includes(here) || mayBeFollowed(stop, here)) ? [here] : [];
  const [root] = [...entered, ...known];
  return root === undefined ? stop : { ...stop, session: inView(session, root), followed: root };
}
