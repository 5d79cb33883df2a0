import { omittedForSize } from "#gate/scope/coverage.ts";
import { patchLines } from "#gate/scope/patch-lines.ts";
import { type Scope, type ScopeLimits, type ShownScope, scopeOf } from "#gate/scope/scope.ts";
import type { Change, FileChange } from "#git/change/change.ts";
import { readChange } from "#git/change/read-change.ts";
import { fingerprintOf } from "#git/snapshot/fingerprint.ts";
import type { Snapshot } from "#git/snapshot/snapshot.ts";
import type { ReviewTask } from "./review-task.ts";

/**
 * Returns what is new since the round before where its thread then knows all that a signature would
 * cover, and `undefined` where it does not. What was left out at that time, or is left out of what
 * is new, and counts as shown by now (it was another's, too large, binary, or named like a secret)
 * would otherwise never be shown to anybody.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function newSince(
  { tree, baseline, snapshot }: ReviewTask,
  { state, since }: NonNullable<ReviewTask["earlier"]>,
  { whole, limits }: { readonly whole: ShownScope; readonly limits: ScopeLimits },
  signal: AbortSignal,
): Promise<ShownScope | undefined> {
  const { from } = state;
  if (from === undefined) return undefined;
  const changeBetween = async (before: Snapshot, after: Snapshot): Promise<Change> =>
    await readChange(tree.store, before, after, signal);
  const now = await changeBetween(baseline, since);
  const same = isSame(from, baseline) && isSame(state.snapshot, since);
  if (!same && !isPartOf(now, await changeBetween(from, state.snapshot))) return undefined;
  const then = scopeOf(now, limits);
  const delta = scopeOf(await changeBetween(since, snapshot), limits);
  if (then.kind !== "shown" || delta.kind !== "shown") return undefined;
  return hides(then, whole) || hides(delta, whole) ? undefined : delta;
}

function isSame(one: Snapshot, other: Snapshot): boolean {
  return fingerprintOf(one) === fingerprintOf(other);
}

/** Returns whether every file is changed by the same lines in the other change: where they stand may differ. */
function isPartOf(change: Change, other: Change): boolean {
  const known = new Map(other.files.map((file) => [file.path, changedLines(file)]));
  return change.files.every((file) => known.get(file.path) === changedLines(file));
}

function changedLines({ kind, oldPath, oldMode, newMode, patch }: FileChange): string {
  const lines = patchLines(patch).filter((line) => line.kind !== "context");
  return JSON.stringify([kind, oldPath, oldMode, newMode, lines.map((line) => [line.kind, line.text])]);
}

/** Returns whether a path of which the reviewer was not given all is one that a signature would cover. */
function hides({ coverage }: Scope, { files }: ShownScope): boolean {
  if (omittedForSize(coverage).length > 0) return true;
  const covered = files.map(({ file }) => file.path);
  const names = coverage.notCovered.flatMap(({ path, oldPath }) => [path, oldPath ?? path]);
  const hidden = new Set(names);
  return covered.some((path) => hidden.has(path) || names.some((name) => path.startsWith(`${name}/`)));
}
