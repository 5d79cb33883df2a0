import { existsSync } from "node:fs";
import { watchedTree } from "#commands/hooks/watched-tree.ts";
import { fingerprintOf } from "#git/fingerprint.ts";
import { takeSnapshot } from "#git/take-snapshot.ts";
import type { Look, StopCase } from "./stop-case.ts";

/**
 * Returns the session's work tree as it stands, or `undefined` outside of any repository. The tree
 * is the one that the session's baseline is about, wherever the agent's shell has gone since.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function lookAtTree(stop: StopCase, signal: AbortSignal): Promise<Look | undefined> {
  const { baseline } = stop.session;
  const directory = baseline !== undefined && existsSync(baseline.root) ? baseline.root : stop.input.cwd;
  const tree = await watchedTree(stop.call.locations, directory, signal);
  if (tree === undefined) return undefined;
  const snapshot = await takeSnapshot(tree.repository, tree.store, signal);
  const own = baseline?.root === tree.repository.root ? baseline : undefined;
  return {
    tree,
    snapshot,
    fingerprint: fingerprintOf(snapshot),
    baseline: own && { ...own, fingerprint: fingerprintOf(own.snapshot) },
  };
}
