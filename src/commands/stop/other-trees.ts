import { existsSync } from "node:fs";
import { sep } from "node:path";
import { configToPin } from "#commands/hooks/pinned-config.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import { workTrees } from "#git/worktrees.ts";
import type { Look, StopCase } from "./stop-case.ts";

/**
 * Returns the roots of the work trees besides the one in view in which this session works: those
 * that it was followed into before, and the one in which its shell stands now. A repository inside
 * the viewed tree is a part of that tree's change. What is configured not to be reviewed, or
 * not to be sent, is not followed into.
 */
export async function otherTrees(
  stop: StopCase,
  look: Look,
  _signal: AbortSignal,
): Promise<readonly string[]> {
  const { root } = look.tree.repository;
  const known = stop.session.elsewhere.map(({ baseline }) => baseline.root).filter((one) => existsSync(one));
  const linked = workTrees(look.tree.repository);
  const here = workTreeRoot(stop.input.cwd);
  const entered = [here].flatMap((one) => {
    if (one === undefined || one === root || known.includes(one)) return [];
    return linked.includes(one) || !one.startsWith(`${root}${sep}`) ? [one] : [];
  });
  return [...known.filter((one) => one !== root), ...entered.filter((one) => mayBeFollowed(stop, one))];
}

function mayBeFollowed({ call, session }: StopCase, root: string): boolean {
  const { config, mode } = configToPin(call, root, session.pinned.config);
  return mode !== "off" && config.send;
}
