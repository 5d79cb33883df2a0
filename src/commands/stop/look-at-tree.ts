import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HookCall } from "#commands/hooks/hook-call.ts";
import { type WatchedTree, watchedTree } from "#commands/hooks/watched-tree.ts";
import { GitFault } from "#git/fault.ts";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import { takeSnapshot } from "#git/snapshot/take-snapshot.ts";
import type { Baseline, Session } from "#runs/sessions/session.ts";
import type { Look, StopCase } from "./stop-case.ts";

/** What of a stop tells where to look, and since when. */
type LookedFor = Pick<StopCase, "session" | "followed"> & {
  readonly call: Pick<HookCall, "locations">;
  readonly input: Pick<StopCase["input"], "cwd">;
};

/**
 * Returns a work tree as it stands, or `undefined` outside of any repository: the one in view, or
 * the given one. In a tree that the session did not begin in, what counts is what it did there
 * since it began.
 *
 * @throws GitFault, also where git no longer takes the session's own tree for one: a setting
 * (`core.bare`, `core.worktree`) or a `.git` that is gone must not be a way out of the gate. Or
 * `signal`'s reason.
 */
export async function lookAtTree(stop: LookedFor, signal: AbortSignal): Promise<Look | undefined> {
  const { session, input, followed } = stop;
  const { baseline } = session;
  const known = baseline !== undefined && existsSync(baseline.root) ? baseline.root : undefined;
  const tree = await watchedTree(stop.call.locations, known ?? followed ?? input.cwd, signal);
  if (known !== undefined && tree?.repository.root !== known) throw notSeen(known);
  if (tree === undefined) return undefined;
  const at = new Date();
  const snapshot = await takeSnapshot(tree.repository, tree.store, signal);
  const taken = { at, until: new Date() };
  const own =
    baseline?.root === tree.repository.root
      ? baseline
      : followed === undefined
        ? undefined
        : await baselineThere(session, { tree, snapshot }, signal);
  return {
    tree,
    snapshot,
    fingerprint: fingerprintOf(snapshot),
    taken,
    baseline: own && { ...own, fingerprint: fingerprintOf(own.snapshot) },
  };
}

/** Few sessions go into another tree, and only then is it loaded how that is followed. */
async function baselineThere(
  session: Session,
  state: { readonly tree: WatchedTree; readonly snapshot: Snapshot },
  signal: AbortSignal,
): Promise<Baseline> {
  const { followedBaseline } = await import("./followed-baseline.ts");
  return await followedBaseline(session, state, signal);
}

function notSeen(root: string): GitFault {
  const detail = existsSync(join(root, ".git"))
    ? `${root} holds .git, but git does not take it for the top of a work tree`
    : `${root} was a git work tree when this session began, and its .git is gone: what changed in it since cannot be told`;
  return new GitFault({ kind: "git-failed", command: "git rev-parse", exitCode: 0, detail });
}
