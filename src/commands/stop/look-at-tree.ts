import { existsSync } from "node:fs";
import { watchedTree } from "#commands/hooks/watched-tree.ts";
import { fingerprintOf } from "#git/fingerprint.ts";
import { takeSnapshot } from "#git/take-snapshot.ts";
import { followedBaseline } from "./followed-baseline.ts";
import type { Look, StopCase } from "./stop-case.ts";

/**
 * Returns a work tree as it stands, or `undefined` outside of any repository: the one in view, or
 * the given one. In a tree that the session did not begin in, what counts is what it did there
 * since it began.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function lookAtTree(stop: StopCase, signal: AbortSignal): Promise<Look | undefined> {
  const { session, input, followed } = stop;
  const { baseline } = session;
  const known = baseline !== undefined && existsSync(baseline.root) ? baseline.root : undefined;
  const tree = await watchedTree(stop.call.locations, known ?? followed ?? input.cwd, signal);
  if (tree === undefined) return undefined;
  const at = new Date();
  const snapshot = await takeSnapshot(tree.repository, tree.store, signal);
  const taken = { at, until: new Date() };
  const own =
    baseline?.root === tree.repository.root
      ? baseline
      : followed === undefined
        ? undefined
        : await followedBaseline(session, { tree, snapshot }, signal);
  return {
    tree,
    snapshot,
    fingerprint: fingerprintOf(snapshot),
    taken,
    baseline: own && { ...own, fingerprint: fingerprintOf(own.snapshot) },
  };
}
