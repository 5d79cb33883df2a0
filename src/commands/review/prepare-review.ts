import { omittedForSize } from "#gate/coverage.ts";
import { type Scope, type ScopeLimits, type ShownScope, scopeOf } from "#gate/scope.ts";
import type { Change } from "#git/change.ts";
import { readChange } from "#git/read-change.ts";
import type { Snapshot } from "#git/snapshot.ts";
import type { ReviewState } from "#runs/session.ts";
import type { ReviewTask } from "./review-task.ts";
import type { ShownPart } from "./signed-snapshot.ts";

/** What there is to show, before anyone is asked. */
export type PreparedReview = {
  /** The whole change since the last signature. */
  readonly change: Change;
  /** What of it fits and may be shown. */
  readonly scope: Scope;
  /** Of its files, those that are shown in part. */
  readonly parts: readonly ShownPart[];
  /** The round before, with what is new since where its thread may be continued with only that. */
  readonly earlier: { readonly state: ReviewState; readonly delta: ShownScope | undefined } | undefined;
};

/**
 * Reads the change and bounds it. A round before is continued only where its thread then knows all
 * that this review is about: what was left out then, or is left out of what is new, and counts as
 * shown by now (it was too large, binary, or named like a secret), would otherwise never be shown.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function prepareReview(task: ReviewTask, signal: AbortSignal): Promise<PreparedReview> {
  const { tree, baseline, snapshot, earlier } = task;
  const changeBetween = async (before: Snapshot, after: Snapshot): Promise<Change> =>
    await readChange(tree.store, before, after, signal);
  const limits = limitsOf(task);
  const change = await changeBetween(baseline, snapshot);
  const scope = scopeOf(change, limits);
  const whole = { change, scope, parts: partsOf(change, scope) };
  if (earlier === undefined || scope.kind === "nothing-to-show") return { ...whole, earlier: undefined };
  const { state, since } = earlier;
  const then = scopeOf(await changeBetween(baseline, since), limits);
  const delta = scopeOf(await changeBetween(since, snapshot), limits);
  const known = then.kind === "shown" && !hides(then, scope) && !hides(delta, scope);
  return { ...whole, earlier: { state, delta: known && delta.kind === "shown" ? delta : undefined } };
}

/** Returns whether a path of which the reviewer was not given all is one that a signature would cover. */
function hides({ coverage }: Scope, { files }: ShownScope): boolean {
  if (omittedForSize(coverage).length > 0) return true;
  const covered = files.map(({ file }) => file.path);
  const names = coverage.notCovered.flatMap(({ path, oldPath }) => [path, oldPath ?? path]);
  const hidden = new Set(names);
  return covered.some((path) => hidden.has(path) || names.some((name) => path.startsWith(`${name}/`)));
}

function partsOf({ files }: Change, scope: Scope): readonly ShownPart[] {
  if (scope.kind === "nothing-to-show") return [];
  const cut = new Set(scope.coverage.partly.map(({ path }) => path));
  const changes = new Map(files.map((change) => [change.path, change]));
  return scope.files.flatMap(({ file: { path }, plain }) => {
    const change = cut.has(path) ? changes.get(path) : undefined;
    return change === undefined ? [] : [{ change, plain }];
  });
}

function limitsOf({ config, first, leftOut, uncertain }: ReviewTask): ScopeLimits {
  return {
    maxDiffBytes: config.maxDiffBytes,
    exclude: config.exclude,
    first: new Set(first),
    leftOut: [...leftOut],
    uncertain: [...uncertain],
  };
}
