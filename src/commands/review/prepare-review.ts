import { type Scope, type ScopeLimits, type ShownScope, scopeOf } from "#gate/scope/scope.ts";
import type { Change } from "#git/change/change.ts";
import { readChange } from "#git/change/read-change.ts";
import { isGitFailed } from "#git/fault.ts";
import { verifyTrees } from "#git/store/verify-trees.ts";
import type { ReviewState } from "#runs/sessions/session.ts";
import { newSince } from "./new-since.ts";
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
 * Reads the change and bounds it. What lies in the user's repository is taken at its word only once it is
 * known to be what it is named after.
 *
 * @throws GitFault, or `signal`'s reason.
 */
export async function prepareReview(task: ReviewTask, signal: AbortSignal): Promise<PreparedReview> {
  const { tree, baseline, snapshot, earlier } = task;
  const limits = limitsOf(task);
  const change = await readChange(tree.store, baseline, snapshot, signal);
  // After what was missing is written again.
  await verifyTrees(tree.store, [baseline.tree, snapshot.tree], signal);
  const scope = scopeOf(change, limits);
  const prepared = { change, scope, parts: partsOf(change, scope) };
  if (earlier === undefined || scope.kind === "nothing-to-show") return { ...prepared, earlier: undefined };
  const delta = await knownDelta(task, earlier, { whole: scope, limits }, signal);
  return { ...prepared, earlier: { state: earlier.state, delta } };
}

/** What the round before saw can be gone with the private object store: then everything is shown. */
async function knownDelta(...asked: Parameters<typeof newSince>): Promise<ShownScope | undefined> {
  try {
    return await newSince(...asked);
  } catch (error) {
    if (!isGitFailed(error)) throw error;
    return undefined;
  }
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

function limitsOf({ config, first, leftOut, uncertain, countedFrom }: ReviewTask): ScopeLimits {
  return {
    maxDiffBytes: config.maxDiffBytes,
    exclude: config.exclude,
    first: new Set(first),
    leftOut: [...leftOut],
    uncertain: [...uncertain],
    countedFrom,
  };
}
