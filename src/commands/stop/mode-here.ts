import { existsSync } from "node:fs";
import type { Mode } from "#gate/mode.ts";
import { modeFor } from "#gate/stop/policy.ts";
import { workTreeRoot } from "#git/work-tree-root.ts";
import type { StopCase } from "./stop-case.ts";

type Here = Pick<StopCase, "session" | "followed" | "input">;

/** Returns how strict the gate is in the work tree that this part of the stop is about. */
export function modeHere(stop: Here & Pick<StopCase, "config">): Mode {
  return modeFor(stop.config, { root: treeHere(stop), headless: stop.session.pinned.headless });
}

/** Returns the top of that tree. One that was watched stays one to look at, also where its `.git` was taken away. */
export function treeHere(stop: Here): string | undefined {
  const { baseline } = stop.session;
  const watched = baseline !== undefined && existsSync(baseline.root) ? baseline.root : undefined;
  return watched ?? workTreeRoot(rootOf(stop));
}

/** The tree that this part of the stop is about, wherever the agent's shell has gone since. */
function rootOf({ session, followed, input }: Here): string {
  return session.baseline?.root ?? followed ?? input.cwd;
}
